import { link, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { isErrno, kindOf, remove } from "./disk.js";
import { DownloadError } from "./download-error.js";

/** Tells if there is a file at a path or nothing. Throws for anything else, because a file written there would end up elsewhere. */
export async function requireFile(path: string): Promise<"file" | "nothing"> {
  const kind = await kindOf(path);
  if (kind === "file" || kind === "nothing") return kind;
  const shown = kind === "other" ? "special file" : kind;
  throw new DownloadError("link", `${path} is a ${shown}; nothing was written through it.`);
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

/** Makes a hard link first: the platform refuses that where the name exists, and a rename would replace the file. */
async function renameToFree(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (isErrno(error, "EEXIST")) return refuseObstacle(to, false);
    // Some file systems have no hard links (exFAT, some network shares): check the name once more, then rename.
    if (!isErrno(error, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EXDEV")) throw error;
    await refuseObstacle(to, false);
    return rename(from, to);
  }
  await remove(from);
}

/** Writes a directory to the disk, so that a new name survives a power cut. Some platforms cannot. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r").catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
