import { link, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { isErrno, kindOf, remove, syncDirectory } from "./disk.js";
import { DownloadError } from "./download-error.js";

/** Tells if there is a file at a path or nothing. Throws for anything else, because a file written there would end up elsewhere. */
export async function requireFile(path: string): Promise<"file" | "nothing"> {
  const kind = await kindOf(path);
  if (kind === "file" || kind === "nothing") return kind;
  const shown = kind === "other" ? "special file" : kind;
  throw new DownloadError(
    "link",
    `${path} is a ${shown}; nothing was written through it. Remove or rename it.`,
  );
}

/** Throws when something at a path must not be overwritten. */
export async function refuseObstacle(path: string, replace: boolean): Promise<void> {
  if ((await requireFile(path)) === "nothing" || replace) return;
  throw new DownloadError(
    "exists",
    `${path} exists; it was not overwritten. Save to another directory, or pass \`force: true\`.`,
  );
}

/** Renames a file, and replaces one that has the new name only where `replace` is set. */
export async function renameFile(from: string, to: string, replace: boolean): Promise<void> {
  if (replace) await rename(from, to);
  else await renameToFree(from, to);
  await syncDirectory(dirname(to));
}

/**
 * Makes a hard link first: the platform refuses that where the name exists, and a rename would replace the file. File systems without
 * hard links refuse it with any of a dozen codes (exFAT, Android, network shares), so after every other failure the name is checked
 * once more and the file renamed.
 */
async function renameToFree(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    await refuseObstacle(to, false);
    if (isErrno(error, "ENOENT")) throw error;
    return rename(from, to);
  }
  // Under its final name the file is saved; the next save removes what is left of the partial name.
  await remove(from).catch(() => undefined);
}
