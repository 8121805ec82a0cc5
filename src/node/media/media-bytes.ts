import { open, stat, type FileHandle } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { isErrno, readPart } from "../files/disk.js";
import { UnmeasurableError, UnusableFileError } from "./unmeasurable.js";

/** A file of which only parts are read. */
export interface MediaBytes {
  /** Size of the whole file in bytes; `undefined` when the host does not tell it. */
  readonly size: number | undefined;
  /** The first bytes, at most {@link headBytes}. */
  readonly head: Uint8Array;
  /** Gives the bytes from `start` to `end`, or to the end of the file. Throws when that would read more than is allowed. */
  readonly read: (start: number, end: number) => Promise<Uint8Array>;
  readonly close: () => Promise<void>;
}

/** Number of first bytes that are read of every file. */
export const headBytes = 64 * 1024;

/** Opens the bytes of a `data:` URI. */
export function openData(uri: string): MediaBytes {
  const comma = uri.indexOf(",");
  const head = /^data:[^,]*?(;base64)?$/i.exec(uri.slice(0, Math.max(comma, 0)));
  if (comma < 0 || head === null) throw new UnmeasurableError("the data: URI has no comma before its data");
  const bytes = decodeData(uri.slice(comma + 1), head[1] === undefined ? "utf8" : "base64");
  return {
    size: bytes.length,
    head: bytes.subarray(0, headBytes),
    read: (start, end) => Promise.resolve(bytes.subarray(start, end)),
    close: async () => undefined,
  };
}

function decodeData(text: string, encoding: "utf8" | "base64"): Uint8Array {
  try {
    return Buffer.from(text.includes("%") ? decodeURIComponent(text) : text, encoding);
  } catch {
    throw new UnmeasurableError("the data: URI is not well encoded");
  }
}

/**
 * Opens a file of this machine by its path or `file:` URL.
 *
 * @throws UnusableFileError where there is no file, an empty one or something else, or it may not be read.
 */
export async function openLocal(reference: string): Promise<MediaBytes> {
  const path = readPath(reference);
  const { handle, size } = await openFile(path).catch((cause: unknown) => {
    if (isErrno(cause, "ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG"))
      throw new UnusableFileError("there is no such file", { cause });
    if (isErrno(cause, "EACCES", "EPERM"))
      throw new UnusableFileError("it may not be read: permission is denied", { cause });
    throw cause;
  });
  function read(start: number, end: number): Promise<Uint8Array> {
    return readPart(handle, start, Math.max(0, Math.min(end, size) - start));
  }
  try {
    return { size, head: await read(0, headBytes), read, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function readPath(reference: string): string {
  if (!/^file:/i.test(reference)) return reference;
  try {
    return fileURLToPath(reference);
  } catch (cause) {
    throw new UnusableFileError("it is no file: URL of this machine", { cause });
  }
}

async function openFile(path: string): Promise<{ readonly handle: FileHandle; readonly size: number }> {
  // The kind is checked before the file is opened: opening a pipe would wait for a process at its other end.
  const found = await stat(path);
  if (!found.isFile())
    throw new UnusableFileError(found.isDirectory() ? "it is a directory" : "it is not a regular file");
  if (found.size === 0) throw new UnusableFileError("it is empty");
  return { handle: await open(path, "r"), size: found.size };
}
