import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { lstat, open, readFile, rename, unlink, writeFile, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** How files are opened for writing, so that tests can lead a file to a device that is full. */
export interface Disk {
  readonly open: (path: string, flags: number) => Promise<FileHandle>;
}

// Windows knows no such flag; there a link is found by looking before.
const noFollow = constants.O_NOFOLLOW ?? 0;

/** The flags of a new file that must not exist yet. */
export const createFlags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | noFollow;
/** The flags of a file that exists and is no link. */
export const reopenFlags = constants.O_RDWR | noFollow;

/** The real disk. Files get the permissions that the user's mask leaves of read and write, never the executable bit. */
export const systemDisk: Disk = { open: (path, flags) => open(path, flags, 0o666) };

/** What stands at a path, links not followed. */
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

/** Whether an error is a failed system call of this code. */
export function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

/** Removes a file; none there is fine. */
export async function remove(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!isErrno(error, "ENOENT")) throw error;
  }
}

/** Puts a small text file in place in one step; a reader sees the old text or the new one, never a part. */
export async function writeWhole(path: string, text: string): Promise<void> {
  // Always the same name: what a killed process left is replaced by the next.
  const next = join(dirname(path), `.${basename(path)}.new`);
  await remove(next);
  try {
    await writeFile(next, text, { flag: "wx", flush: true });
    await rename(next, path);
  } catch (error) {
    await remove(next).catch(() => undefined);
    throw error;
  }
}

/** The JSON of a small regular file; undefined where there is none, it is a link, it is long, or it is no JSON. */
export async function readJson(path: string): Promise<unknown> {
  try {
    const stat = await lstat(path);
    if (!stat.isFile() || stat.size > 64 * 1024 * 1024) return undefined;
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** SHA-256 and size of a file that is no link; undefined where there is none. */
export async function hashFile(path: string): Promise<{ sha256: string; bytes: number } | undefined> {
  if ((await kindOf(path)) !== "file") return undefined;
  const handle = await open(path, constants.O_RDONLY | noFollow);
  try {
    const hash = createHash("sha256");
    const bytes = await readThrough(handle, (chunk) => hash.update(chunk));
    return { sha256: hash.digest("hex"), bytes };
  } finally {
    await handle.close();
  }
}

/** Reads a file from its start to its end in pieces; the buffer is used again after each. Gives the number of bytes. */
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
