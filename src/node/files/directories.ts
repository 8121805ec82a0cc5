import { existsSync, mkdirSync, statSync } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { isErrno } from "./disk.js";

/**
 * Makes a directory and those above it, where they are missing, with these rights (default: the usual ones). Node's own recursion never
 * ends in a folder like /proc, where none can be made.
 */
export async function makeDirectory(path: string, mode?: number): Promise<void> {
  try {
    await mkdir(path, { mode }).catch(async (error: unknown) => {
      if (!isErrno(error, "ENOENT") || dirname(path) === path) throw error;
      await makeDirectory(dirname(path), mode);
      await mkdir(path, { mode });
    });
  } catch (error) {
    // Another process may have made it meanwhile. The root of a drive cannot be made, and some platforms say so although it exists.
    const isThere = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isThere) throw error;
  }
}

/** `makeDirectory` in one step, which no signal can interrupt. Returns the first directory that it made, if any. */
export function makeDirectorySync(path: string): string | undefined {
  let first: string | undefined;
  try {
    if (!existsSync(path) && dirname(path) !== path) first = makeDirectorySync(dirname(path));
    mkdirSync(path);
    return first ?? path;
  } catch (error) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
    return first;
  }
}
