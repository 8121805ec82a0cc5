import { isUtf8 } from "node:buffer";
import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from "node:zlib";

function hasZlibHead(bytes: Buffer): boolean {
  return bytes[0]! % 16 === 8;
}

const decoders: ReadonlyMap<string, typeof gunzipSync> = new Map([
  ["gzip", gunzipSync],
  ["x-gzip", gunzipSync],
  // Some servers leave out the head of the format.
  [
    "deflate",
    (bytes, options) => (hasZlibHead(bytes as Buffer) ? inflateSync : inflateRawSync)(bytes, options),
  ],
  ["br", brotliDecompressSync as typeof gunzipSync],
]);

/**
 * The text of a body, at most so long. Plain bytes were asked for; a server that compresses all the same is read too, a cut
 * response as far as it goes. Never throws.
 */
export function decodeBody(bytes: Buffer, header: string | undefined, maxBytes: number): string {
  const coding = header?.trim().toLowerCase() || "identity";
  try {
    const decompress = decoders.get(coding);
    const isBrotli = coding === "br";
    const finishFlush = isBrotli ? constants.BROTLI_OPERATION_FLUSH : constants.Z_SYNC_FLUSH;
    const plain =
      bytes.length > 0 && coding !== "identity"
        ? decompress!(bytes, { maxOutputLength: maxBytes, finishFlush })
        : bytes;
    return new TextDecoder().decode(plain);
  } catch {
    return !coding.includes(",") && isText(bytes) ? bytes.toString() : `(${bytes.length} bytes of ${coding})`;
  }
}

/** Text is not compressed, whatever its headers say. */
function isText(bytes: Buffer): boolean {
  return isUtf8(bytes) && !bytes.includes(0);
}
