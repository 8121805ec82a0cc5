import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { lstat, open, rename, unlink, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Opens files for writing. Tests replace it to lead a file to a device that is full. */
export interface Disk {
  readonly open: (path: string, flags: number) => Promise<FileHandle>;
}

// Windows has neither flag; there `kindOf` finds links before a file is opened.
const noFollow = constants.O_NOFOLLOW ?? 0;
// Opening a pipe without this flag would wait for a process at its other end.
const noBlock = constants.O_NONBLOCK ?? 0;

/** The flags of a new file that must not exist yet. */
export const createFlags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | noFollow;
/** The flags of a file that exists and is no link. */
export const reopenFlags = constants.O_RDWR | noFollow;

/** The flags of a file that is only read, is no link, and is not waited for. */
export const readFlags = constants.O_RDONLY | noBlock | noFollow;

/** The real disk. The user's mask decides who may read and write a new file; the executable bit is never set. */
export const systemDisk: Disk = { open: (path, flags) => open(path, flags, 0o666) };

/** Tells the kind of thing at a path, without following links. */
export async function kindOf(path: string): Promise<"nothing" | "file" | "link" | "directory" | "other"> {
  try {
    const stat = await lstat(path);
    if (stat.isSymbolicLink()) return "link";
    if (stat.isDirectory()) return "directory";
    return stat.isFile() ? "file" : "other";
  } catch (error) {
    if (isErrno(error, "ENOENT")) return "nothing";
    throw error;
  }
}

/** Tells if an error is a failed system call with one of these codes. */
export function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

/** Removes a file if there is one. */
export async function remove(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw error;
  }
}

/** Puts a small text file in place in one step: a reader sees the old text or the new one, never a part. */
export async function writeWhole(path: string, text: string): Promise<void> {
  // The name is always the same, so that a leftover of a killed process is replaced.
  const next = join(dirname(path), `.${basename(path)}.new`);
  await remove(next);
  try {
    await writeNew(next, text);
    await rename(next, path);
  } catch (error) {
    await remove(next).catch(() => undefined);
    throw error;
  }
}

/** Writes a file that must not exist yet. Where its text cannot be written, as on a full disk, the file is removed again. */
export async function writeNew(path: string, text: string): Promise<void> {
  const handle = await open(path, createFlags, 0o666);
  try {
    await handle.writeFile(text);
    await syncFile(handle);
  } catch (error) {
    await remove(path).catch(() => undefined);
    throw error;
  } finally {
    await handle.close();
  }
}

/**
 * Writes a file's bytes through to the device, so that they survive a power cut. A file system that cannot do so (network shares,
 * Android's storage) is ignored; a disk that is full or broken is an error.
 */
export async function syncFile(handle: FileHandle): Promise<void> {
  try {
    await handle.sync();
  } catch (error) {
    if (isErrno(error, "ENOSPC", "EDQUOT", "EIO")) throw error;
  }
}

/** A small text file, its permissions, and the time when it was last written, in milliseconds since 1970. */
export interface TextFile {
  readonly text: string;
  readonly mode: number;
  readonly changedAt: number;
}

/**
 * Reads a regular file of at most `maxBytes`. Gives `undefined` for anything else, a link included unless `followLinks` is set.
 * Never waits for a process at the other end of a pipe.
 */
export async function readSmallFile(
  path: string,
  { maxBytes = 64 * 1024 * 1024, followLinks = false } = {},
): Promise<TextFile | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, followLinks ? constants.O_RDONLY | noBlock : readFlags);
    const stat = await handle.stat();
    if (!stat.isFile() || stat.size > maxBytes) return undefined;
    const bytes = await readPart(handle, 0, stat.size);
    return { text: Buffer.from(bytes).toString("utf8"), mode: stat.mode, changedAt: stat.mtimeMs };
  } catch {
    return undefined;
  } finally {
    await handle?.close();
  }
}

/** A small file that holds JSON, and its permissions. */
export interface JsonFile {
  readonly value: unknown;
  readonly mode: number;
}

/** Reads JSON as {@link readSmallFile} reads text. Gives `undefined` also for text that is no JSON. */
export async function readJson(
  path: string,
  limits?: { readonly maxBytes?: number; readonly followLinks?: boolean },
): Promise<JsonFile | undefined> {
  const file = await readSmallFile(path, limits);
  try {
    return file && { value: JSON.parse(file.text) as unknown, mode: file.mode };
  } catch {
    return undefined;
  }
}

/** Gives the SHA-256 and the size of a regular file that is no link; `undefined` where there is none. */
export async function hashFile(path: string): Promise<{ sha256: string; bytes: number } | undefined> {
  if ((await kindOf(path)) !== "file") return undefined;
  const handle = await open(path, readFlags);
  try {
    const hash = createHash("sha256");
    const bytes = await readThrough(handle, (chunk) => hash.update(chunk));
    return { sha256: hash.digest("hex"), bytes };
  } finally {
    await handle.close();
  }
}

/** Reads `length` bytes from `start`, or fewer at the end of the file. */
export async function readPart(handle: FileHandle, start: number, length: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await handle.read(new Uint8Array(length), 0, length, start);
  return buffer.subarray(0, bytesRead);
}

/** Reads a file from its start to its end in chunks, and gives the number of bytes. Each chunk is overwritten by the next. */
export async function readThrough(handle: FileHandle, use: (chunk: Uint8Array) => void): Promise<number> {
  const buffer = new Uint8Array(256 * 1024);
  let position = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
    if (bytesRead === 0) return position;
    use(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
}

/** Writes a directory to the disk, so that a new name survives a power cut. Some platforms cannot. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r").catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
