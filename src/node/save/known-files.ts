import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { hashFile, readJson } from "../files/disk.js";
import { isManifestFile, type ManifestFile } from "./manifest.js";

/** Reads the notes beside partial files that name a whole file: an earlier save was killed before it wrote its manifest. */
export async function readNotes(partialPaths: readonly string[]): Promise<ManifestFile[]> {
  const notes = await Promise.all(partialPaths.map((path) => readJson(`${path}.json`)));
  return notes
    .map((note) => (note?.value as { readonly complete?: unknown } | null | undefined)?.complete)
    .filter(isManifestFile);
}

/** Tells if a file still has the bytes of its record. With `"size"` only the number of bytes is compared, which takes no time. */
export async function isUnchanged(
  directory: string,
  record: ManifestFile,
  by: "hash" | "size" = "hash",
): Promise<boolean> {
  const path = join(directory, record.name);
  if (by === "hash") return (await hashFile(path))?.sha256 === record.sha256;
  const stat = await lstat(path).catch(() => undefined);
  return stat?.isFile() === true && stat.size === record.bytes;
}

/** Adds to the new records those of the known ones whose files are unchanged. Sorts them by name. */
export async function mergeFiles(
  directory: string,
  fresh: readonly ManifestFile[],
  known: readonly ManifestFile[],
  by: "hash" | "size",
): Promise<ManifestFile[]> {
  const merged = new Map(fresh.map((record) => [record.name, record]));
  for (const record of known) {
    if (merged.has(record.name)) continue;
    // A file that cannot be read at the moment keeps its record when its size is right.
    const stays = isUnchanged(directory, record, by).catch(() => isUnchanged(directory, record, "size"));
    if (await stays) merged.set(record.name, record);
  }
  return [...merged.values()].sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
}
