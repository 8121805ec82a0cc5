import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { hashFile, readJson } from "../files/disk.js";
import { isManifestFile, type ManifestFile } from "./manifest.js";
import { extensions } from "../files/file-type.js";

/** Whether a file name is that of a stem with one of our extensions. */
export function isNamed(name: string, stem: string): boolean {
  return extensions.some((extension) => name === `${stem}.${extension}`);
}

/** The files that are whole by the notes beside their partial files: the save was killed before its manifest said so. */
export async function readNotes(partialPaths: readonly string[]): Promise<ManifestFile[]> {
  const notes = await Promise.all(partialPaths.map((path) => readJson(`${path}.json`)));
  return notes
    .map((note) => (typeof note === "object" && note !== null && "complete" in note ? note.complete : null))
    .filter(isManifestFile);
}

/** Whether a file has the bytes that its record tells; with `"size"` only as many, which takes no time. */
export async function isUnchanged(
  directory: string,
  record: ManifestFile,
  by: "hash" | "size" = "hash",
): Promise<boolean> {
  const path = join(directory, record.name);
  if (by === "hash") return (await hashFile(path))?.sha256 === record.sha256;
  const there = await lstat(path).catch(() => undefined);
  return there?.isFile() === true && there.size === record.bytes;
}

/** The new records and those of the known ones that are still true, by name. */
export async function mergeFiles(
  directory: string,
  fresh: readonly ManifestFile[],
  known: readonly ManifestFile[],
  by: "hash" | "size",
): Promise<ManifestFile[]> {
  const merged = new Map(fresh.map((record) => [record.name, record]));
  for (const record of known) {
    if (merged.has(record.name)) continue;
    // A file that cannot be read just now is not lost.
    const stays = isUnchanged(directory, record, by).catch(() => isUnchanged(directory, record, "size"));
    if (await stays) merged.set(record.name, record);
  }
  return [...merged.values()].sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
}
