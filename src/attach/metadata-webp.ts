import { readOrientation, writeOrientation } from "./metadata-exif.js";

const exifFlag = 0x08;
const xmpFlag = 0x04;

/**
 * The pieces of a WebP file without Exif and XMP data. Its orientation stays.
 *
 * @throws RangeError when a chunk is longer than the file.
 */
export function stripWebp(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let orientation = 1;
  for (let at = 12; at + 8 <= bytes.length;) {
    const size = view.getUint32(at + 4, true);
    const end = at + 8 + size + (size % 2);
    if (at + 8 + size > bytes.length) throw new RangeError("a chunk is longer than the file");
    const name = String.fromCharCode(...bytes.subarray(at, at + 4));
    const chunk = bytes.slice(at, end);
    if (name === "EXIF") orientation = readOrientation(withoutPrefix(chunk.subarray(8, 8 + size)));
    else if (name !== "XMP ") chunks.push(chunk);
    at = end;
  }
  const extended = chunks.find((chunk) => chunk[3] === 0x58);
  if (extended) extended[8] = (extended[8]! & ~(exifFlag | xmpFlag)) | (orientation === 1 ? 0 : exifFlag);
  // Only the extended format has a place for Exif data.
  if (extended && orientation !== 1) chunks.push(writeChunk("EXIF", writeOrientation(orientation)));
  const head = bytes.slice(0, 12);
  const total = chunks.reduce((length, chunk) => length + chunk.length, 4);
  new DataView(head.buffer).setUint32(4, total, true);
  return [head, ...chunks];
}

/** Removes the prefix `Exif\0\0` of JPEG files, which some programs write into WebP files, too. */
function withoutPrefix(exif: Uint8Array): Uint8Array {
  return String.fromCharCode(...exif.subarray(0, 4)) === "Exif" ? exif.subarray(6) : exif;
}

function writeChunk(name: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(8 + data.length + (data.length % 2));
  chunk.set(new TextEncoder().encode(name));
  new DataView(chunk.buffer).setUint32(4, data.length, true);
  chunk.set(data, 8);
  return chunk;
}
