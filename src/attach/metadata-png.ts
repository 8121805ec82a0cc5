import { readOrientation, writeOrientation } from "./metadata-exif.js";

const dropped = new Set(["eXIf", "tEXt", "zTXt", "iTXt", "tIME"]);

/**
 * The pieces of a PNG file without Exif data, texts, time, and bytes after its end. Its orientation stays.
 *
 * @throws RangeError when a chunk is longer than the file.
 */
export function stripPng(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const pieces = [bytes.subarray(0, 8)];
  let orientation = 1;
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) throw new RangeError("a chunk is longer than the file");
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (name === "eXIf") orientation = readOrientation(bytes.subarray(at + 8, end - 4));
    // Exif data must precede the picture's data: viewers ignore Exif data that follow it.
    if (name === "IDAT" && orientation !== 1) {
      pieces.push(writeChunk("eXIf", writeOrientation(orientation)));
      orientation = 1;
    }
    if (!dropped.has(name)) pieces.push(bytes.subarray(at, end));
    if (name === "IEND") break;
    at = end;
  }
  return pieces;
}

function writeChunk(name: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(12 + data.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length);
  chunk.set(new TextEncoder().encode(name), 4);
  chunk.set(data, 8);
  view.setUint32(8 + data.length, crc32(chunk.subarray(4, 8 + data.length)));
  return chunk;
}

/** The check sum of PNG chunks; the few bytes here need no table. */
function crc32(bytes: Uint8Array): number {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}
