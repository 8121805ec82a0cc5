import { join } from "node:path";
import type { Asset } from "./assets.js";
import type { DestinationRules } from "../net/destination.js";
import { kindOf, remove, type Disk } from "../files/disk.js";
import { download, type Arrival } from "./download.js";
import { DownloadError } from "../files/download-error.js";
import { looksCut } from "../files/truncation.js";
import { identify } from "../files/file-identity.js";
import { isNamed, isUnchanged } from "./known-files.js";
import type { ManifestFile } from "./manifest.js";
import type { Network } from "../net/network.js";
import { PartialFile, refuseObstacle } from "../files/partial-file.js";
import type { FileProgress } from "./save-progress.js";
import { showUrl } from "../net/url-redaction.js";
import type { FailedFile, SavedFile } from "./save-types.js";
import { extensions } from "../files/file-type.js";

/** One file to bring home. */
export interface FileTask {
  readonly asset: Asset;
  readonly directory: string;
  /** The name without its extension. */
  readonly stem: string;
  /** What earlier saves of this result brought home. */
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

/** Brings one file home, or says why not. Never rejects. */
export async function saveFile(
  surroundings: { readonly network: Network; readonly disk: Disk },
  task: FileTask,
): Promise<SavedFile | FailedFile> {
  const { asset } = task;
  let file: PartialFile | undefined;
  try {
    task.signal?.throwIfAborted();
    const earlier = task.force ? undefined : await findEarlier(task);
    if (earlier !== undefined) return settle(task, earlier);
    if (asset.verdict === "unsafe") {
      throw new DownloadError("refused", `The URL is not fetched: ${asset.reason} (${showUrl(asset.url)}).`);
    }
    if (!task.force) {
      for (const extension of extensions)
        await refuseObstacle(join(task.directory, `${task.stem}.${extension}`), false);
    }
    file = await PartialFile.open(surroundings.disk, partialPath(task));
    const arrival = await download(
      surroundings.network,
      { ...task, url: asset.url, onBytes: task.progress.move },
      file,
    );
    const record = await describeFile(task, file, arrival);
    const path = join(task.directory, record.name);
    await file.publish(path, task.force, { complete: record });
    return settle(task, { ...record, path, existing: false });
  } catch (error) {
    const resumable = file !== undefined && (await release(file, error));
    task.progress.end(true);
    return {
      from: asset.from,
      url: asset.url,
      error: error instanceof Error ? error : new Error(String(error)),
      resumable,
    };
  }
}

/** Forgets that a file was complete, once the manifest says so. The note of a file that is still to be finished stays. */
export async function forgetNote(task: FileTask): Promise<void> {
  if ((await kindOf(partialPath(task))) === "nothing") await remove(`${partialPath(task)}.json`);
}

/** Where a file's bytes are until it is whole. */
export function partialPath({ directory, stem }: Pick<FileTask, "directory" | "stem">): string {
  return join(directory, `.${stem}.part`);
}

function settle(task: FileTask, saved: SavedFile): SavedFile {
  task.progress.move(saved.bytes, saved.bytes);
  task.progress.end(false);
  return saved;
}

/** Keeps the bytes where another attempt can use them. */
async function release(file: PartialFile, error: unknown): Promise<boolean> {
  const useless =
    error instanceof DownloadError && !["connection", "stalled", "status"].includes(error.reason);
  if (!useless) return file.leave();
  await file.discard();
  return false;
}

async function describeFile(
  { asset, stem }: FileTask,
  file: PartialFile,
  arrival: Arrival,
): Promise<ManifestFile> {
  const { extension, contentType, kind, warning } = identify(file.head, arrival.contentType);
  const warnings = warning === undefined ? [] : [warning];
  if (arrival.unverifiedLength) {
    warnings.push("The host announced no length: whether the file is whole cannot be told.");
  }
  if (await looksCut(extension, file.size, (start, length) => file.read(start, length))) {
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

/** A file that an earlier save completed, if it still has the same bytes. */
async function findEarlier(task: FileTask): Promise<SavedFile | undefined> {
  for (const record of task.known) {
    if (!isNamed(record.name, task.stem) || !(await isUnchanged(task.directory, record))) continue;
    // A process that was killed between the new name and the removal of the old one leaves both.
    await remove(partialPath(task));
    const path = join(task.directory, record.name);
    return { ...record, from: task.asset.from, url: task.asset.url, path, existing: true };
  }
  return undefined;
}
