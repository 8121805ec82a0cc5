import { isUtf8 } from "node:buffer";
import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from "node:zlib";

/**
 * The text of a body, at most so long. Plain bytes were asked for; a server that compresses all the same is read too, a cut
 * response as far as it goes. Never throws.
 */
export function decodeBody(bytes: Buffer, header: string | null | undefined, maxBytes: number): string {
  const coding = header?.trim().toLowerCase() || "identity";
  try {
    return new TextDecoder().decode(bytes.length > 0 ? decompress(bytes, coding, maxBytes) : bytes);
  } catch {
    // Text is not compressed, whatever its headers say.
    const isText = !coding.includes(",") && isUtf8(bytes) && !bytes.includes(0);
    return isText ? bytes.toString() : `(${bytes.length} bytes of ${coding})`;
  }
}

function decompress(bytes: Buffer, coding: string, maxOutputLength: number): Buffer {
  const options = { maxOutputLength, finishFlush: constants.Z_SYNC_FLUSH };
  switch (coding) {
    case "identity":
      return bytes;
    case "gzip":
    case "x-gzip":
      return gunzipSync(bytes, options);
    case "deflate":
      // Some servers leave out the head of the format.
      return (bytes[0]! % 16 === 8 ? inflateSync : inflateRawSync)(bytes, options);
    case "br":
      return brotliDecompressSync(bytes, { maxOutputLength, finishFlush: constants.BROTLI_OPERATION_FLUSH });
    default:
      throw new Error(`unknown coding ${coding}`);
  }
}
