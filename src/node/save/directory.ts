import { readdir, realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { isErrno } from "../files/disk.js";
import { diskError } from "../files/download-error.js";
import { makeDirectory } from "../files/directories.js";
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
