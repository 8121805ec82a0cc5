/** Reads a part of a file; fewer bytes at its end. */
export type ReadPart = (start: number, length: number) => Promise<Uint8Array>;

/** Whether a file ends where its own format says. */
type Check = (read: ReadPart, size: number) => Promise<boolean>;

/** One sign for each byte. To a `TextDecoder`, by its standard, "latin1" is windows-1252; some platforms take it literally. */
function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}

function endsWith(ending: string, length = ending.length): Check {
  return async (read, size) => text(await read(Math.max(0, size - length), length)).includes(ending);
}

/** A RIFF file states its size; 0 and the highest number are what streaming encoders leave there. */
const riff: Check = async (read, size) => {
  const head = await read(0, 8);
  const stated = new DataView(head.buffer, head.byteOffset, head.length).getUint32(4, true);
  return stated === 0 || stated === 0xffff_ffff || stated + 8 <= size + 1;
};

const mostBoxes = 10_000;

/** ISO base media is a chain of boxes, each with its size; the chain must end with the file and hold the index. */
const boxes: Check = async (read, size) => {
  let hasIndex = false;
  let position = 0;
  for (let count = 0; position < size && count < mostBoxes; count++) {
    const head = await read(position, 16);
    if (head.length < 8) return false;
    const view = new DataView(head.buffer, head.byteOffset, head.length);
    const short = view.getUint32(0);
    const length =
      short === 1 && head.length === 16
        ? Number(view.getBigUint64(8))
        : short === 0
          ? size - position
          : short;
    if (length < 8) return false;
    const name = text(head.subarray(4, 8));
    hasIndex ||= name === "moov" || name === "meta";
    position += length;
  }
  return position === size && hasIndex;
};

const checks: Readonly<Record<string, Check>> = {
  png: endsWith("IEND\xae\x42\x60\x82"),
  // Phones append private data after the picture's end.
  jpg: endsWith("\xff\xd9", 64 * 1024),
  gif: endsWith(";", 16),
  webp: riff,
  wav: riff,
  mp4: boxes,
  mov: boxes,
  m4a: boxes,
  avif: boxes,
  heic: boxes,
};

/** Whether a file looks cut off by its own format, where the format tells. */
export async function looksCut(extension: string, size: number, read: ReadPart): Promise<boolean> {
  const check = Object.hasOwn(checks, extension) ? checks[extension] : undefined;
  return check !== undefined && !(await check(read, size));
}
