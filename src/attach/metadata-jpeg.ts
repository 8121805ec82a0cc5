import { readOrientation, writeOrientation } from "./metadata-exif.js";

const startOfScan = 0xda;
const endOfImage = 0xd9;

/** A marker segment of a JPEG file: its marker, where it begins, and where the next one begins. */
interface Segment {
  readonly marker: number;
  readonly start: number;
  readonly end: number;
}

/**
 * The pieces of a JPEG file without Exif, XMP, IPTC, comments, and pictures after the first one. Its colour profile stays, and its
 * orientation in Exif data of its own.
 *
 * @throws RangeError when its segments do not fit together.
 */
export function stripJpeg(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const segments = listSegments(bytes);
  const exif = segments.find((segment) => segment.marker === 0xe1 && startsWith(bytes, segment, "Exif\0"));
  const orientation = exif ? readOrientation(bytes.subarray(exif.start + 10, exif.end)) : 1;
  const kept = segments
    .filter((segment) => isKept(bytes, segment))
    .map(({ start, end }) => bytes.subarray(start, end));
  return [bytes.subarray(0, 2), ...(orientation === 1 ? [] : [writeExif(orientation)]), ...kept];
}

function writeExif(orientation: number): Uint8Array<ArrayBuffer> {
  const tiff = writeOrientation(orientation);
  return new Uint8Array([0xff, 0xe1, 0, 8 + tiff.length, ...new TextEncoder().encode("Exif\0\0"), ...tiff]);
}

/** Application segments are dropped but for those that say how to show the picture: JFIF, its colour profile, and Adobe's colours. */
function isKept(bytes: Uint8Array, segment: Segment): boolean {
  const { marker } = segment;
  if (marker === 0xe2) return startsWith(bytes, segment, "ICC_PROFILE");
  const isApplication = marker >= 0xe0 && marker <= 0xef;
  return marker === 0xe0 || marker === 0xee || (!isApplication && marker !== 0xfe);
}

function startsWith(bytes: Uint8Array, { start }: Segment, text: string): boolean {
  return [...text].every((sign, index) => bytes[start + 4 + index] === sign.charCodeAt(0));
}

/** Lists the segments of the first picture; the data of a scan belong to its segment. */
function listSegments(bytes: Uint8Array): Segment[] {
  const segments: Segment[] = [];
  let at = 2;
  while (at < bytes.length) {
    let marked = at;
    // A marker may be preceded by fill bytes.
    while (bytes[marked] === 0xff && bytes[marked + 1] === 0xff) marked++;
    const marker = bytes[marked] === 0xff ? (bytes[marked + 1] ?? 0) : 0;
    if (marker === 0) throw new RangeError("a segment does not begin with a marker");
    const end = marker === endOfImage ? marked + 2 : findEnd(bytes, marked, marker);
    if (end > bytes.length) throw new RangeError("a segment is longer than the file");
    segments.push({ marker, start: marked, end });
    if (marker === endOfImage) return segments;
    at = end;
  }
  // A picture that is cut off stays as it is: the service decides about it.
  return segments;
}

function findEnd(bytes: Uint8Array, start: number, marker: number): number {
  const end = start + 2 + (bytes[start + 2] ?? 0) * 256 + (bytes[start + 3] ?? 0);
  if (end < start + 4) throw new RangeError("a segment has no length");
  if (marker !== startOfScan) return end;
  for (let at = bytes.indexOf(0xff, end); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1] ?? 0;
    const isData = next === 0 || next === 0xff || (next >= 0xd0 && next <= 0xd7);
    if (!isData) return at;
  }
  return bytes.length;
}
