/** Reads a part of a file; fewer bytes at its end. */
export type ReadPart = (start: number, length: number) => Promise<Uint8Array>;

/** The end of a file by its own format: it is there, it is missing, or the format does not tell. */
export type FileEnd = "whole" | "cut" | "unknown";

type EndCheck = (read: ReadPart, size: number) => Promise<FileEnd>;

const checks: ReadonlyMap<string, EndCheck> = new Map([
  ["png", checkChunks],
  ["jpg", checkSegments],
  ["gif", endsWith("\0;", 16)],
  ["webp", checkRiff],
  ["wav", checkRiff],
  ["avi", checkRiff],
  ["mp4", checkBoxes],
  ["mov", checkBoxes],
  ["m4a", checkBoxes],
  ["avif", checkBoxes],
  ["heic", checkBoxes],
  ["webm", checkSegment],
  ["mkv", checkSegment],
  ["ogg", checkPages],
  ["glb", checkStatedSize(8)],
  ["bmp", checkStatedSize(2)],
  // The directory of a ZIP archive is at its end, before a comment of at most 64 KiB.
  ["zip", endsWith("PK\x05\x06", 66 * 1024)],
  ["usdz", endsWith("PK\x05\x06", 66 * 1024)],
  ["svg", endsWith("</svg", 4096)],
  ["json", checkJson],
  ["gltf", checkJson],
]);

/** Tells by a file's own format if the file is whole. */
export async function findEnd(extension: string, size: number, read: ReadPart): Promise<FileEnd> {
  return (await checks.get(extension)?.(read, size)) ?? "unknown";
}

/** Decodes one character per byte. Not by `TextDecoder`: for "latin1" it decodes windows-1252, save on some platforms. */
function decodeLatin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function endsWith(ending: string, length: number): EndCheck {
  return async (read, size) => {
    const tail = decodeLatin1(await read(Math.max(0, size - length), length));
    return tail.includes(ending) ? "whole" : "cut";
  };
}

/** Programs and phones append private data after a picture's end. */
const appendedBytes = 64 * 1024;
/** Longer chains are not followed to their end. */
const mostParts = 10_000;

/** A PNG picture is a chain of chunks, each with its length and a name of letters. */
async function checkChunks(read: ReadPart, size: number): Promise<FileEnd> {
  if ((await endsWith("IEND\xae\x42\x60\x82", appendedBytes)(read, size)) === "whole") return "whole";
  for (let position = 8, count = 0; count < mostParts; count++) {
    const head = await read(position, 8);
    if (head.length < 8) return "cut";
    if (!/^[A-Za-z]{4}$/.test(decodeLatin1(head.subarray(4)))) return "unknown";
    position += 12 + viewOf(head).getUint32(0);
  }
  return "unknown";
}

/** A JPEG picture is a chain of segments, each with its length, up to the compressed picture, which ends with a mark of its own. */
async function checkSegments(read: ReadPart, size: number): Promise<FileEnd> {
  if ((await endsWith("\xff\xd9", appendedBytes)(read, size)) === "whole") return "whole";
  for (let position = 2, count = 0; count < mostParts; count++) {
    const head = await read(position, 4);
    if (head.length < 4 || head[1] === 0xda) return "cut";
    if (head[0] !== 0xff) return "unknown";
    position += 2 + viewOf(head).getUint16(2);
  }
  return "unknown";
}

/** A RIFF file states its size. Encoders that stream leave 0 or the highest number there. */
async function checkRiff(read: ReadPart, size: number): Promise<FileEnd> {
  const head = await read(0, 8);
  if (head.length < 8) return "cut";
  const stated = viewOf(head).getUint32(4, true);
  if (stated === 0 || stated === 0xffff_ffff) return "unknown";
  return stated + 8 <= size + 1 ? "whole" : "cut";
}

/** Checks a size in bytes at an offset, in little-endian order; 0 states nothing. */
function checkStatedSize(offset: number): EndCheck {
  return async (read, size) => {
    const head = await read(offset, 4);
    if (head.length < 4) return "cut";
    const stated = viewOf(head).getUint32(0, true);
    if (stated === 0) return "unknown";
    return stated <= size ? "whole" : "cut";
  };
}

/** ISO base media is a chain of boxes, each with its size, and holds an index. Other bytes may follow the chain. */
async function checkBoxes(read: ReadPart, size: number): Promise<FileEnd> {
  let hasIndex = false;
  let position = 0;
  for (let count = 0; position < size; count++) {
    const head = await read(position, 16);
    const length = head.length < 8 ? 0 : readBoxLength(head, size - position);
    const name = decodeLatin1(head.subarray(4, 8));
    if (length < 8 && !hasIndex) return "cut";
    if (length < 8 || count === mostParts || /[^\x20-\x7e\xa9]/.test(name)) return "unknown";
    hasIndex ||= name === "moov" || name === "meta";
    position += length;
  }
  return position === size && hasIndex ? "whole" : "cut";
}

/** A stated length of 0 reaches to the end of the file; 1 means that a 64-bit length follows the name. */
function readBoxLength(head: Uint8Array, rest: number): number {
  const view = viewOf(head);
  const stated = view.getUint32(0);
  if (stated === 1 && head.length === 16) return Number(view.getBigUint64(8));
  return stated === 0 ? rest : stated;
}

/** Matroska and WebM are two elements, a header and the segment, each with its size; a segment of a live stream states none. */
async function checkSegment(read: ReadPart, size: number): Promise<FileEnd> {
  const header = readElement(await read(0, 16));
  if (header?.content === undefined) return "unknown";
  const segment = readElement(await read(header.start + header.content, 16));
  if (segment?.content === undefined) return "unknown";
  return header.start + header.content + segment.start + segment.content <= size ? "whole" : "cut";
}

/** Reads the head of an EBML element: where its content starts, and how long it is, where it tells. */
function readElement(bytes: Uint8Array): { start: number; content: number | undefined } | undefined {
  const idLength = Math.clz32(bytes[0] ?? 0) - 23;
  const sizeLength = Math.clz32(bytes[idLength] ?? 0) - 23;
  if (idLength > 4 || sizeLength > 8 || bytes.length < idLength + sizeLength) return undefined;
  let content = (bytes[idLength] ?? 0) & (0xff >> sizeLength);
  let isUnknown = content === 0xff >> sizeLength;
  for (const byte of bytes.subarray(idLength + 1, idLength + sizeLength)) {
    content = content * 256 + byte;
    isUnknown &&= byte === 0xff;
  }
  return { start: idLength + sizeLength, content: isUnknown ? undefined : content };
}

/** Ogg is a chain of pages; the last one has a flag. Encoders may leave it out, but no page is shorter than it states. */
async function checkPages(read: ReadPart, size: number): Promise<FileEnd> {
  const longestPage = 27 + 255 + 255 * 255;
  const tail = await read(Math.max(0, size - longestPage), longestPage);
  const start = decodeLatin1(tail).lastIndexOf("OggS");
  const page = tail.subarray(start);
  const count = page[26];
  if (start < 0 || count === undefined || page.length < 27 + count) return "cut";
  const length = page.subarray(27, 27 + count).reduce((sum, part) => sum + part, 27 + count);
  if (length > page.length) return "cut";
  return ((page[5] ?? 0) & 4) === 4 ? "whole" : "unknown";
}

const longestJson = 16 * 1024 * 1024;

async function checkJson(read: ReadPart, size: number): Promise<FileEnd> {
  if (size > longestJson) return "unknown";
  try {
    JSON.parse(Buffer.from(await read(0, size)).toString("utf8"));
    return "whole";
  } catch {
    return "cut";
  }
}
