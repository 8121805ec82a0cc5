import { mkdir, readdir, realpath, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { isErrno } from "../files/disk.js";
import { diskError } from "../files/download-error.js";
import { splitName } from "./file-names.js";
import { SaveError } from "./save-error.js";

/** Makes a directory where it is missing, and gives its real path. */
export async function openDirectory(directory: string): Promise<string> {
  const wanted = resolve(directory);
  try {
    await makeDirectory(wanted);
    return await realpath(wanted).catch((error: unknown) => {
      // Some drives cannot tell a real path.
      if (isErrno(error, "ENOENT", "ELOOP")) throw error;
      return wanted;
    });
  } catch (cause) {
    throw new SaveError(diskError(wanted, cause).message, { cause });
  }
}

/** Makes a directory and those above it, where they are missing. Node's own recursion never ends in a folder like /proc, where none can be made. */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path).catch(async (error: unknown) => {
      if (!isErrno(error, "ENOENT") || dirname(path) === path) throw error;
      await makeDirectory(dirname(path));
      await mkdir(path);
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

/** The names in a directory that belong to one stem. */
export interface StemFiles {
  readonly taken: string[];
  readonly doubtful: string[];
}

/** Sorts the names in a directory by their stems: asking for each possible name of each file would take long. */
export async function sortByStem(directory: string): Promise<Map<string, StemFiles>> {
  const sorted = new Map<string, StemFiles>();
  for (const name of await readdir(directory)) {
    const found = splitName(name);
    if (found === undefined) continue;
    const files = sorted.get(found.stem) ?? { taken: [], doubtful: [] };
    sorted.set(found.stem, files);
    files[found.isDoubtful ? "doubtful" : "taken"].push(name);
  }
  return sorted;
}
