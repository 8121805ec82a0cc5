import { randomUUID } from "node:crypto";
import { link, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { isErrno, syncDirectory } from "../files/disk.js";
import type { RecordFile } from "./record-file.js";
import { headerLine, renumber, sealLine } from "./record-line.js";

/** A file with this many lines, several for each record, is compacted when it is closed. */
const mostLines = 20_000;

/**
 * True where most lines of a file say nothing that counts any more, or are to be forgotten. A damaged file is left as it is, for a
 * person to see.
 */
export function isWorthCompacting({ log }: RecordFile): boolean {
  if (log.hasForgotten) return !log.isDamaged;
  return log.lineCount > mostLines && log.lineCount > 3 * log.recordCount && !log.isDamaged;
}

/**
 * Replaces a file by a shorter one with the last line of each record. A last line seals the old file: lines that a program adds
 * behind the seal after a standstill do not count, and that program notices. Gives false where another process was quicker.
 */
export async function compact(file: RecordFile): Promise<boolean> {
  const { log } = file;
  if (!log.isSealed) {
    const seal = sealLine(log.next);
    await file.append([seal]);
    await file.refresh();
    if (!log.isSealed) return false;
  }
  return replaceSealed(file);
}

/** Puts the shorter file of a sealed one in its place; a process that was killed after the seal leaves this to the next one. */
export async function replaceSealed(file: RecordFile): Promise<boolean> {
  const { path, log } = file;
  const next = `${path}.next-${file.place.replace(" ", "-")}-${log.next}`;
  const own = `${next}-${randomUUID()}`;
  const mode = await file.mode();
  try {
    const handle = await open(own, "wx", mode);
    try {
      let lines = [headerLine()];
      let n = 1;
      for (const text of log.texts()) {
        lines.push(renumber(n++, text));
        if (lines.length < 5000) continue;
        await handle.writeFile(`${lines.join("\n")}\n`);
        lines = [];
      }
      if (lines.length > 0) await handle.writeFile(`${lines.join("\n")}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return await takePlace(file, own, next);
  } finally {
    await rm(own, { force: true });
  }
}

/**
 * Gives the new file the path. It goes through a name that belongs to this very seal, and that a rename uses up: a program that stood
 * still before its rename finds nothing to rename, so that it cannot put an old state over a newer one.
 */
async function takePlace(file: RecordFile, own: string, next: string): Promise<boolean> {
  if (!(await file.refresh())) return false;
  try {
    await link(own, next);
  } catch (error) {
    // Another process has made it of the same sealed file: the content is the same.
    if (!isErrno(error, "EEXIST")) throw error;
  }
  if (!(await file.refresh())) {
    await rm(next, { force: true });
    return false;
  }
  try {
    await rename(next, file.path);
  } catch (error) {
    if (isErrno(error, "ENOENT")) return false;
    throw error;
  }
  await syncDirectory(dirname(file.path));
  return true;
}
