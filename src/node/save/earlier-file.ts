import { rename } from "node:fs/promises";
import { join } from "node:path";
import { remove } from "../files/disk.js";
import { requireFile } from "../files/final-name.js";
import type { Asset } from "./assets.js";
import { judgeSaved } from "./file-judgement.js";
import { doubtfulEnding, isNamed, partialPath } from "./file-names.js";
import { isUnchanged } from "./known-files.js";
import type { ManifestFile } from "./manifest.js";
import type { SavedFile } from "./save-types.js";

/** The place of a file, and the records of earlier saves. */
interface Place {
  readonly asset: Asset;
  readonly directory: string;
  readonly stem: string;
  readonly known: readonly ManifestFile[];
}

/**
 * Finds the file that an earlier save completed, if it still has the same bytes. One that a check of ours
 * doubts gets a name that says so: it is fetched again.
 */
export async function findEarlier({ asset, directory, stem, known }: Place): Promise<SavedFile | undefined> {
  for (const record of known) {
    if (!isNamed(record.name, stem) || !(await isUnchanged(directory, record))) continue;
    const path = join(directory, record.name);
    const { faults, doubt } = await judgeSaved(path, asset, record);
    if (faults.length > 0) {
      await requireFile(path + doubtfulEnding);
      await rename(path, path + doubtfulEnding);
      continue;
    }
    // A process that was killed while it renamed the file leaves both names.
    await remove(partialPath(directory, stem)).catch(() => undefined);
    // Manifests of earlier versions have no `doubtful`.
    const doubtful = (record.doubtful as boolean | undefined) ?? doubt !== undefined;
    const saved: SavedFile = { ...record, doubtful, from: asset.from, url: asset.url, path, existing: true };
    return saved;
  }
  return undefined;
}
