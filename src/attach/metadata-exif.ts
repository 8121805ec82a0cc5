/** Numbers of a TIFF structure, in its own byte order. */
interface Tiff {
  readonly view: DataView;
  readonly isLittle: boolean;
}

const orientationTag = 0x0112;
const placeTag = 0x8825;
/** Bytes of the values of each TIFF type, by its number. */
const typeSizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];
const mostEntries = 1000;

function openTiff(bytes: Uint8Array): Tiff | undefined {
  const order = String.fromCharCode(...bytes.subarray(0, 4));
  if (order !== "II*\0" && order !== "MM\0*") return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return bytes.length < 8 ? undefined : { view, isLittle: order.startsWith("I") };
}

/** Offsets of the entries of one directory; none where it leads out of the file. */
function listEntries({ view, isLittle }: Tiff, directory: number): number[] {
  if (directory + 2 > view.byteLength) return [];
  const count = Math.min(view.getUint16(directory, isLittle), mostEntries);
  return Array.from({ length: count }, (_, index) => directory + 2 + 12 * index).filter(
    (entry) => entry + 12 <= view.byteLength,
  );
}

function findEntry(tiff: Tiff, tag: number): number | undefined {
  const { view, isLittle } = tiff;
  return listEntries(tiff, view.getUint32(4, isLittle)).find(
    (entry) => view.getUint16(entry, isLittle) === tag,
  );
}

/** The orientation that Exif data state, from 1 to 8; 1, upright, where they state none. */
export function readOrientation(exif: Uint8Array): number {
  const tiff = openTiff(exif);
  const entry = tiff && findEntry(tiff, orientationTag);
  const value = entry === undefined ? 1 : tiff!.view.getUint16(entry + 8, tiff!.isLittle);
  return value >= 1 && value <= 8 ? value : 1;
}

/** Exif data that state an orientation and nothing else. */
export function writeOrientation(orientation: number): Uint8Array<ArrayBuffer> {
  // Byte order and offset of the directory; one entry: tag, type, count, value; no further directory.
  return new Uint8Array([
    ...[0x4d, 0x4d, 0, 0x2a, 0, 0, 0, 8],
    ...[0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0],
    ...[0, 0, 0, 0],
  ]);
}

/** A copy of a photo in which every place that Exif or XMP data state is overwritten. Nothing else is moved or changed. */
export function blankPlaces(bytes: Uint8Array<ArrayBuffer>): [Uint8Array<ArrayBuffer>] {
  const copy = bytes.slice();
  for (const at of findAll(copy, [0x49, 0x49, 0x2a, 0])) blankPlace(copy.subarray(at));
  for (const at of findAll(copy, [0x4d, 0x4d, 0, 0x2a])) blankPlace(copy.subarray(at));
  for (const at of findAll(copy, [...new TextEncoder().encode("<x:xmpmeta")])) blankPacket(copy.subarray(at));
  return [copy];
}

function findAll(bytes: Uint8Array, pattern: readonly number[]): number[] {
  const found: number[] = [];
  const [first] = pattern;
  for (let at = bytes.indexOf(first!); at >= 0; at = bytes.indexOf(first!, at + 1))
    if (pattern.every((byte, index) => bytes[at + index] === byte)) found.push(at);
  return found;
}

/** Overwrites the directory of the place and all values that its entries lead to. */
function blankPlace(exif: Uint8Array): void {
  const tiff = openTiff(exif);
  const pointer = tiff && findEntry(tiff, placeTag);
  if (pointer === undefined) return;
  const { view, isLittle } = tiff!;
  for (const entry of listEntries(tiff!, view.getUint32(pointer + 8, isLittle))) {
    const size = (typeSizes[view.getUint16(entry + 2, isLittle)] ?? 1) * view.getUint32(entry + 4, isLittle);
    const offset = view.getUint32(entry + 8, isLittle);
    if (size > 4) exif.fill(0, offset, offset + size);
    exif.fill(0, entry, entry + 12);
  }
  exif.fill(0, pointer, pointer + 12);
}

/** Overwrites an XMP packet with spaces. */
function blankPacket(bytes: Uint8Array): void {
  const [end] = findAll(bytes.subarray(0, 1_000_000), [...new TextEncoder().encode("</x:xmpmeta>")]);
  bytes.fill(0x20, 0, end === undefined ? 10 : end + 12);
}
