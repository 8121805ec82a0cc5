import { join } from "node:path";
import { kindOf, remove, type Disk } from "../files/disk.js";
import { DownloadError } from "../files/download-error.js";
import { identifyFile } from "../files/file-identity.js";
import { refuseObstacle } from "../files/final-name.js";
import { PartialFile } from "../files/partial-file.js";
import { isTruncated } from "../files/truncation.js";
import type { DestinationRules } from "../net/destination.js";
import type { Network } from "../net/network.js";
import { showUrl } from "../net/url-redaction.js";
import type { Asset } from "./assets.js";
import type { Arrival } from "./download-attempt.js";
import { download } from "./download.js";
import { isNamed, partialPath, possibleNames } from "./file-names.js";
import { isUnchanged } from "./known-files.js";
import type { ManifestFile } from "./manifest.js";
import type { FileProgress } from "./save-progress.js";
import type { FailedFile, SavedFile } from "./save-types.js";

/** One file to save. */
export interface FileTask {
  readonly asset: Asset;
  readonly directory: string;
  /** The name without its extension. */
  readonly stem: string;
  /** The files that earlier saves of this result have fetched. */
  readonly known: readonly ManifestFile[];
  readonly rules: DestinationRules;
  readonly force: boolean;
  readonly maxBytes: number;
  readonly idleMs: number;
  readonly attempts: number;
  readonly signal: AbortSignal | undefined;
  readonly refresh: (() => Promise<string | undefined>) | undefined;
  readonly progress: FileProgress;
}

/** The network and the disk. Tests replace them. */
export interface Surroundings {
  readonly network: Network;
  readonly disk: Disk;
}

/** Fetches one file and gives it its final name. Never rejects: an error is part of the outcome. */
export async function saveFile(surroundings: Surroundings, task: FileTask): Promise<SavedFile | FailedFile> {
  const { asset, directory, stem, progress } = task;
  let file: PartialFile | undefined;
  try {
    task.signal?.throwIfAborted();
    const earlier = task.force ? undefined : await findEarlier(task);
    if (earlier !== undefined) return finish(task, earlier);
    if (asset.verdict === "unsafe") {
      throw new DownloadError("refused", `The URL is not fetched: ${asset.reason} (${showUrl(asset.url)}).`);
    }
    if (!task.force) {
      for (const name of possibleNames(stem)) await refuseObstacle(join(directory, name), false);
    }
    file = await PartialFile.open(surroundings.disk, partialPath(directory, stem));
    const fetchTask = { ...task, url: asset.url, onBytes: progress.advance };
    const arrival = await download(surroundings.network, fetchTask, file);
    const record = await describeFile(task, file, arrival);
    const path = join(directory, record.name);
    await file.publish(path, task.force, { complete: record });
    return finish(task, { ...record, path, existing: false });
  } catch (cause) {
    const resumable = file !== undefined && (await closeFailed(file, cause));
    progress.end(true);
    const error = cause instanceof Error ? cause : new Error(String(cause));
    return { from: asset.from, url: asset.url, error, resumable };
  }
}

/** Removes the note that the file is whole, once the manifest says so. The note of an unfinished file stays. */
export async function removeNote({ directory, stem }: FileTask): Promise<void> {
  const path = partialPath(directory, stem);
  if ((await kindOf(path)) === "nothing") await remove(`${path}.json`);
}

function finish({ progress }: FileTask, saved: SavedFile): SavedFile {
  progress.advance(saved.bytes, saved.bytes);
  progress.end(false);
  return saved;
}

/** Closes a file after an error, and keeps its bytes if the next save can use them. Gives `true` if it can. */
async function closeFailed(file: PartialFile, error: unknown): Promise<boolean> {
  const isUseless =
    error instanceof DownloadError && !["connection", "stalled", "status"].includes(error.reason);
  if (!isUseless) return file.keep();
  await file.discard();
  return false;
}

async function describeFile(
  { asset, stem }: FileTask,
  file: PartialFile,
  arrival: Arrival,
): Promise<ManifestFile> {
  const { extension, contentType, kind, warning } = identifyFile(file.head, arrival.contentType);
  const warnings = warning === undefined ? [] : [warning];
  if (arrival.unverifiedLength) {
    warnings.push("The host announced no length: whether the file is whole cannot be told.");
  }
  if (await isTruncated(extension, file.size, (start, length) => file.read(start, length))) {
    warnings.push(`By its own format the file is not whole: it looks cut off after ${file.size} bytes.`);
  }
  return {
    name: `${stem}.${extension}`,
    from: asset.from,
    url: asset.url,
    bytes: file.size,
    sha256: file.sha256,
    contentType,
    kind,
    unverifiedLength: arrival.unverifiedLength,
    warnings,
  };
}

/** Finds the file that an earlier save completed, if it still has the same bytes. */
async function findEarlier({ asset, directory, stem, known }: FileTask): Promise<SavedFile | undefined> {
  for (const record of known) {
    if (!isNamed(record.name, stem) || !(await isUnchanged(directory, record))) continue;
    // A process that was killed while it renamed the file leaves both names.
    await remove(partialPath(directory, stem));
    const path = join(directory, record.name);
    return { ...record, from: asset.from, url: asset.url, path, existing: true };
  }
  return undefined;
}
