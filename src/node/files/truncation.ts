/** Reads a part of a file; fewer bytes at its end. */
export type ReadPart = (start: number, length: number) => Promise<Uint8Array>;

/** Tells if a file ends where its own format says. */
type EndCheck = (read: ReadPart, size: number) => Promise<boolean>;

const checks: ReadonlyMap<string, EndCheck> = new Map([
  ["png", endsWith("IEND\xae\x42\x60\x82")],
  // Phones append private data after the picture's end.
  ["jpg", endsWith("\xff\xd9", 64 * 1024)],
  ["gif", endsWith(";", 16)],
  ["webp", isWholeRiff],
  ["wav", isWholeRiff],
  ["mp4", hasWholeBoxes],
  ["mov", hasWholeBoxes],
  ["m4a", hasWholeBoxes],
  ["avif", hasWholeBoxes],
  ["heic", hasWholeBoxes],
]);

/** Tells if a file is cut off by its own format. Gives `false` for formats that do not state their end. */
export async function isTruncated(extension: string, size: number, read: ReadPart): Promise<boolean> {
  const check = checks.get(extension);
  return check !== undefined && !(await check(read, size));
}

/** Decodes one character per byte. Not by `TextDecoder`: for "latin1" it decodes windows-1252, save on some platforms. */
function decodeLatin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

function endsWith(ending: string, length = ending.length): EndCheck {
  return async (read, size) => decodeLatin1(await read(Math.max(0, size - length), length)).includes(ending);
}

/** A RIFF file states its size. Encoders that stream leave 0 or the highest number there. */
async function isWholeRiff(read: ReadPart, size: number): Promise<boolean> {
  const head = await read(0, 8);
  const stated = new DataView(head.buffer, head.byteOffset, head.length).getUint32(4, true);
  return stated === 0 || stated === 0xffff_ffff || stated + 8 <= size + 1;
}

const mostBoxes = 10_000;

/** ISO base media is a chain of boxes, each with its size. The chain must end with the file and hold the index. */
async function hasWholeBoxes(read: ReadPart, size: number): Promise<boolean> {
  let hasIndex = false;
  let position = 0;
  for (let count = 0; position < size && count < mostBoxes; count++) {
    const head = await read(position, 16);
    if (head.length < 8) return false;
    const length = readBoxLength(head, size - position);
    if (length < 8) return false;
    const name = decodeLatin1(head.subarray(4, 8));
    hasIndex ||= name === "moov" || name === "meta";
    position += length;
  }
  return position === size && hasIndex;
}

/** A stated length of 0 reaches to the end of the file; 1 means that a 64-bit length follows the name. */
function readBoxLength(head: Uint8Array, rest: number): number {
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const stated = view.getUint32(0);
  if (stated === 1 && head.length === 16) return Number(view.getBigUint64(8));
  return stated === 0 ? rest : stated;
}
