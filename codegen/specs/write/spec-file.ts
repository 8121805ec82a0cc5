import {
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { makeDirectorySync } from "../../../src/node/files/directories.js";

/**
 * Writes a file whole or not at all: into a temporary file beside it, then under its name. Folders are made as needed.
 * It is synchronous, so that no signal can fall between the two steps.
 *
 * @throws what the file system says; nothing is left behind then.
 */
export function writeWhole(folder: string, path: string, text: string): void {
  makeDirectorySync(dirname(path));
  const root = realpathSync(folder);
  if (!`${realpathSync(dirname(path))}${sep}`.startsWith(root.endsWith(sep) ? root : `${root}${sep}`)) {
    throw new Error(`${dirname(path)} is a link that leads out of ${folder}`);
  }
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    const file = openSync(temporary, "w");
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Finds a spec whose path differs from an id's only in upper and lower case, so that on many disks the two are one file. */
export function findCaseDuplicate(folder: string, id: string): string | undefined {
  const segments = `${id}.json`.split("/");
  let at = folder;
  for (const [index, segment] of segments.entries()) {
    const names = lstatSync(at, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(at) : [];
    const other = names.find((name) => name !== segment && name.toLowerCase() === segment.toLowerCase());
    if (other !== undefined) return [...segments.slice(0, index), other].join("/");
    at = join(at, segment);
  }
  return undefined;
}
