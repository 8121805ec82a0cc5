import { pipeline, Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { DownloadError } from "../files/download-error.js";
import type { OpenResponse } from "./network.js";
import { showUrl } from "./url-redaction.js";

const decoders: Readonly<Record<string, typeof createGunzip>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** The bytes of a body as they were before the host compressed them, one piece at a time. */
export function decodeBody(response: OpenResponse): AsyncIterable<Uint8Array> {
  const encoding = response.header("content-encoding")?.trim().toLowerCase() ?? "";
  if (encoding === "" || encoding === "identity") return response.body;
  if (!Object.hasOwn(decoders, encoding)) {
    const shown = encoding.slice(0, 40).replace(/[^a-z0-9, -]/g, "?");
    throw new DownloadError(
      "encoding",
      `${showUrl(response.url.href)} is encoded as "${shown}", which cannot be undone.`,
    );
  }
  const decoder = decoders[encoding]!();
  // Errors of either side surface where the decoder is read.
  pipeline(Readable.from(response.body), decoder, () => undefined);
  return decoder;
}
