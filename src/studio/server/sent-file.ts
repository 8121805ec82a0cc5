import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { readRange } from "../../media/byte-range.js";
import { servedType } from "../files/shown-file.js";
import type { ShownFile } from "../files/shown-file.js";
import { filePolicy, headersFor } from "./http-answer.js";

/** Sends a file, or the part of it that was asked for. Files that no page may show are sent as downloads. */
export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  { handle, size }: ShownFile,
  name: string,
): Promise<void> {
  try {
    const range = readRange(request.headers.range, size);
    const { contentType, isShown } = servedType(name);
    const headers: Record<string, string | number> = {
      "content-type": contentType,
      "accept-ranges": "bytes",
      ...(!isShown && { "content-disposition": "attachment" }),
    };
    if (range === "unsatisfiable") {
      response
        .writeHead(416, headersFor(filePolicy, { ...headers, "content-range": `bytes */${size}` }))
        .end();
      return;
    }
    const { first, last } = range ?? { first: 0, last: size - 1 };
    headers["content-length"] = Math.max(0, last - first + 1);
    if (range) headers["content-range"] = `bytes ${first}-${last}/${size}`;
    response.writeHead(range ? 206 : 200, headersFor(filePolicy, headers));
    if (request.method === "HEAD" || size === 0) return void response.end();
    // A player that seeks closes the connection, which is no error.
    await pipeline(handle.createReadStream({ start: first, end: last, autoClose: false }), response).catch(
      () => {},
    );
  } finally {
    await handle.close();
  }
}
