import { pipeline, Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { DownloadError } from "../files/download-error.js";
import type { OpenResponse } from "./pinned-request.js";
import { showUrl } from "./url-redaction.js";

const decoders: ReadonlyMap<string, typeof createGunzip> = new Map([
  ["gzip", createGunzip],
  ["x-gzip", createGunzip],
  ["deflate", createInflate],
  ["br", createBrotliDecompress],
]);

function encodingOf({ header }: OpenResponse): string {
  const encoding = header("content-encoding")?.trim().toLowerCase() ?? "";
  return encoding === "identity" ? "" : encoding;
}

/** True where the host compressed the body, so that its length and ranges say nothing about the file. */
export function isEncoded(response: OpenResponse): boolean {
  return encodingOf(response) !== "";
}

/** Gives the body without its compression, piece by piece. */
export function decodeBody(response: OpenResponse): AsyncIterable<Uint8Array> {
  const encoding = encodingOf(response);
  if (encoding === "") return response.body;
  const createDecoder = decoders.get(encoding);
  if (createDecoder === undefined) {
    const shown = encoding.slice(0, 40).replace(/[^a-z0-9, -]/g, "?");
    throw new DownloadError(
      "encoding",
      `${showUrl(response.url.href)} is encoded as "${shown}", which cannot be decoded.`,
    );
  }
  const decoder = createDecoder();
  // The callback may ignore errors: they are thrown where the decoder is read.
  pipeline(Readable.from(response.body), decoder, () => undefined);
  return decoder;
}
