import { isUtf8 } from "node:buffer";
import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from "node:zlib";

/**
 * Decodes at most `maxBytes` of a body as text. Plain bytes were asked for, but servers that compress all the same are understood,
 * and a cut response is decoded as far as it goes. Never throws.
 */
export function decodeBytes(bytes: Buffer, header: string | null | undefined, maxBytes: number): string {
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
      // Some servers send deflate without its two-byte head.
      return (bytes[0]! % 16 === 8 ? inflateSync : inflateRawSync)(bytes, options);
    case "br":
      return brotliDecompressSync(bytes, { maxOutputLength, finishFlush: constants.BROTLI_OPERATION_FLUSH });
    default:
      throw new Error(`unknown coding ${coding}`);
  }
}
