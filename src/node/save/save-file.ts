import { join } from "node:path";
import { kindOf, remove, type Disk } from "../files/disk.js";
import { DownloadError } from "../files/download-error.js";
import { refuseObstacle } from "../files/final-name.js";
import { PartialFile } from "../files/partial-file.js";
import type { DestinationRules } from "../net/destination.js";
import type { Network } from "../net/network.js";
import { redactUrl, showUrl } from "../net/url-redaction.js";
import type { Asset } from "./assets.js";
import { digestSource, type Arrival } from "./download-attempt.js";
import { download } from "./download.js";
import { DoubtfulFileError } from "./doubtful-file-error.js";
import { findEarlier } from "./earlier-file.js";
import { judgeFile, noteConfirmation, type Judgement } from "./file-judgement.js";
import { doubtfulEnding, isNamed, partialPath } from "./file-names.js";
import { isInlineFile, writeInlineFile } from "./inline-file.js";
import type { ManifestFile } from "./manifest.js";
import type { FileProgress } from "./save-progress.js";
import type { FailedFile, SavedFile } from "./save-types.js";

/** One file to save. */
export interface FileTask {
  readonly asset: Asset;
  readonly directory: string;
  /** The name without its extension. */
  readonly stem: string;
  /** The files of this stem that earlier saves of the result have fetched. */
  readonly known: readonly ManifestFile[];
  /** The names in the directory that belong to this stem. */
  readonly taken: readonly string[];
  /** The names of files of this stem that earlier saves have doubted. */
  readonly doubtful: readonly string[];
  readonly rules: DestinationRules;
  readonly force: boolean;
  readonly maxBytes: number;
  readonly idleMs: number;
  readonly attempts: number;
  /** True where the job ended just now. */
  readonly isFresh: boolean;
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
  const { asset, progress } = task;
  let earlier: SavedFile | undefined;
  try {
    task.signal?.throwIfAborted();
    earlier = task.force ? undefined : await findEarlier(task);
    if (earlier?.doubtful === false) return finish(task, earlier);
    if (asset.verdict === "unsafe") {
      throw new DownloadError("refused", `The URL is not fetched: ${asset.reason} (${showUrl(asset.url)}).`);
    }
    return finish(task, await fetchFile(surroundings, task, earlier));
  } catch (cause) {
    // A file whose second download failed is still there.
    if (earlier !== undefined) return finish(task, earlier);
    progress.end(true);
    return describeFailed(asset, cause);
  }
}

function describeFailed({ from, url, role }: Asset, cause: unknown): FailedFile {
  const { error, resumable } =
    cause instanceof FetchFailure
      ? { error: cause.cause, resumable: cause.resumable }
      : { error: cause, resumable: false };
  return {
    from,
    url,
    role,
    error: error instanceof Error ? error : new Error(String(error)),
    resumable,
    ...(error instanceof DoubtfulFileError && { kept: error.kept }),
  };
}

/** An error of a download, and the fate of its bytes. */
class FetchFailure extends Error {
  readonly resumable: boolean;

  constructor(cause: unknown, resumable: boolean) {
    super("not fetched", { cause });
    this.resumable = resumable;
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

/** Fetches a file. `earlier` is the doubtful file that an earlier save has fetched. */
async function fetchFile(
  { network, disk }: Surroundings,
  task: FileTask,
  earlier: SavedFile | undefined,
): Promise<SavedFile> {
  const { directory, stem, force } = task;
  for (const name of force ? [] : task.taken)
    if (name !== earlier?.name) await refuseObstacle(join(directory, name), false);
  const file = await PartialFile.open(disk, partialPath(directory, stem));
  // Where `findEarlier` has doubted a file, it has given it its taken name with this ending.
  const kept = new Set([...task.doubtful, ...task.taken.map((name) => name + doubtfulEnding)]);
  try {
    const record = (await findWhole(task, file)) ?? (await receive(network, task, file, kept));
    const saved = earlier && (await confirm(earlier, record, file));
    if (saved !== undefined) return saved;
    const path = join(directory, record.name);
    const note = { complete: { ...record, url: redactUrl(record.url) } };
    await file.publish(path, force || record.name === earlier?.name, note);
    for (const name of kept) await remove(join(directory, name)).catch(() => undefined);
    return { ...record, path, existing: false };
  } catch (cause) {
    throw new FetchFailure(cause, await closeFailed(file, cause));
  }
}

/** Finds the record of a partial file that an earlier save has completed, but could not give its name. */
async function findWhole(
  { asset, known, stem }: FileTask,
  file: PartialFile,
): Promise<ManifestFile | undefined> {
  if (!file.isWhole) return undefined;
  const record = known.find(({ name, sha256 }) => sha256 === file.sha256 && isNamed(name, stem));
  const isSame = record && digestSource(record.url) === digestSource(asset.url);
  if (isSame) return { ...record, from: asset.from, url: asset.url };
  await file.restart(undefined);
  return undefined;
}

/** Fills the partial file, and describes it. `kept` gets the names of files that were doubted. */
async function receive(
  network: Network,
  task: FileTask,
  file: PartialFile,
  kept: Set<string>,
): Promise<ManifestFile> {
  const { asset, directory, stem } = task;
  let record: ManifestFile | undefined;
  async function inspect(arrival: Arrival): Promise<void> {
    const read = (start: number, length: number) => file.read(start, length);
    const judgement = await judgeFile({ head: file.head, size: file.size, read }, asset, arrival);
    const name = `${stem}.${judgement.extension}`;
    const { faults } = judgement;
    if (faults.length === 0) {
      record = describeFile(asset, file, arrival, judgement, name);
      return;
    }
    const { sha256 } = file;
    const path = join(directory, name + doubtfulEnding);
    await file.setAside(path);
    kept.add(name + doubtfulEnding);
    const message = `${showUrl(asset.url)} brought a doubtful file: ${faults.join("; ")}. It is kept as ${path}; the next save fetches it again.`;
    throw new DoubtfulFileError(message, { kept: path, sha256 });
  }
  if (isInlineFile(asset.url)) await inspect(await writeInlineFile(asset.url, task.maxBytes, file));
  else {
    const fetchTask = { ...task, url: asset.url, onBytes: task.progress.advance, inspect };
    await download(network, fetchTask, file);
  }
  return record!;
}

/** Closes a file after an error, and keeps its bytes if the next save can use them. Gives `true` if it can. */
async function closeFailed(file: PartialFile, error: unknown): Promise<boolean> {
  const isUseless =
    error instanceof DownloadError && !["connection", "stalled", "status"].includes(error.reason);
  if (!isUseless || file.isWhole) return file.keep();
  await file.discard();
  return false;
}

function describeFile(
  { from, url }: Asset,
  file: PartialFile,
  { unverifiedLength }: Arrival,
  { contentType, kind, warning, doubt }: Judgement,
  name: string,
): ManifestFile {
  return {
    name,
    from,
    url,
    bytes: file.size,
    sha256: file.sha256,
    contentType,
    kind,
    unverifiedLength,
    doubtful: doubt !== undefined,
    warnings: [warning, doubt].filter((one) => one !== undefined),
  };
}

/**
 * Compares a file that was fetched again with the one on disk. The same bytes twice count as whole. Gives `undefined` where the new
 * one is to replace the old one.
 */
async function confirm(
  earlier: SavedFile,
  record: ManifestFile,
  file: PartialFile,
): Promise<SavedFile | undefined> {
  const isSame = record.sha256 === earlier.sha256;
  if (!isSame && !(record.unverifiedLength && record.bytes < earlier.bytes)) return undefined;
  await file.discard();
  return isSame ? { ...earlier, doubtful: false, warnings: noteConfirmation(earlier.warnings) } : earlier;
}
