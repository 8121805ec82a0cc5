import { access, constants, lstat, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { makeDirectory } from "../../node/files/directories.js";
import { CommandError, exitCodes } from "../terminal/exit-code.js";

/** The options of all commands that name a folder, or a file in a folder, as commander gives them. */
export interface FolderArgs {
  /** Folders that files may be read from. */
  readonly allowDir?: readonly string[] | undefined;
  /** A folder of specs. */
  readonly specs?: string | undefined;
  /** The folder that files are saved to; it need not exist. */
  readonly save?: string | undefined;
  /** The file of a batch's table. */
  readonly results?: string | undefined;
}

/**
 * Refuses folders that cannot be used, before the command that names them sends, serves or writes anything. Makes no folder.
 *
 * @throws CommandError: 66 for a folder to read from, 73 for a place to write to.
 */
export async function checkFolders({ allowDir = [], specs, save, results }: FolderArgs): Promise<void> {
  for (const folder of allowDir) await refuse("--allow-dir", folder, "read", checkReadable);
  if (specs !== undefined) await refuse("--specs", specs, "read", checkReadable);
  if (save !== undefined) await refuse("--save", save, "write", checkMakeable);
  if (results === undefined) return;
  await refuse("--results", dirname(results), "write", checkWritable);
  if ((await stat(results).catch(() => undefined))?.isDirectory())
    throw new CommandError(
      `Nothing was started: the file ${JSON.stringify(results)} of --results is a folder; name another one.`,
      exitCodes.output,
    );
}

/** Makes the folder of `--save`, the last step before something is paid that is to be saved there. */
export async function makeFolder(folder: string): Promise<void> {
  await refuse("--save", folder, "write", async () => {
    await makeDirectory(resolve(folder));
    await checkWritable(folder);
  });
}

type Use = "read" | "write";

async function refuse(
  flag: string,
  folder: string,
  use: Use,
  check: (folder: string) => Promise<void>,
): Promise<void> {
  try {
    // An unset variable of a script; it would mean the current folder.
    if (folder.trim() === "") throw new Error("its name is empty");
    await check(folder);
  } catch (cause) {
    const place = resolve(folder);
    const where = place === folder ? "" : `, which is ${JSON.stringify(place)} from here,`;
    const [action, code] =
      use === "read"
        ? (["read from", exitCodes.noInput] as const)
        : (["written to", exitCodes.output] as const);
    throw new CommandError(
      `Nothing was started: the folder ${JSON.stringify(folder)} of ${flag}${where} cannot be ${action}: ${describeCause(cause)}.`,
      code,
      { cause },
    );
  }
}

const causes: ReadonlyMap<unknown, string> = new Map([
  ["ENOENT", "there is no such folder; make it, or name another one"],
  ["ENOTDIR", "it is a file, or lies below one; name a folder"],
  ["EEXIST", "it is a file or a link that leads nowhere; name a folder"],
  ["EACCES", "permission is denied; allow it, or name another one"],
  ["EPERM", "permission is denied; allow it, or name another one"],
  ["EROFS", "the file system is read-only; name another one"],
]);

function describeCause(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  return causes.get(code) ?? `${message}; name another one`;
}

async function checkReadable(folder: string): Promise<void> {
  await access(`${resolve(folder)}/.`, constants.R_OK | constants.X_OK);
}

async function checkWritable(folder: string): Promise<void> {
  await access(`${resolve(folder)}/.`, constants.W_OK | constants.X_OK);
}

/** A folder that does not exist can be made where the nearest one above it can be written to. */
async function checkMakeable(folder: string): Promise<void> {
  let path = resolve(folder);
  while (!(await isThere(path)) && dirname(path) !== path) path = dirname(path);
  // A link that leads nowhere is there, and no folder can be made in its place.
  await stat(path);
  await checkWritable(path);
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}
