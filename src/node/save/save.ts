import { mkdir, realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { isRequestId } from "../../protocol/paths.js";
import { systemDisk } from "../files/disk.js";
import { diskError, DownloadError } from "../files/download-error.js";
import { withLock } from "../files/file-lock.js";
import { mapConcurrently } from "../net/concurrency.js";
import { systemNetwork } from "../net/network.js";
import { findAssets, type Asset } from "./assets.js";
import { isNamed, lockPath, manifestPath, partialPath, stemOf } from "./file-names.js";
import { mergeFiles, readNotes } from "./known-files.js";
import { readManifest, toManifestFile, writeManifest, type Manifest, type ManifestFile } from "./manifest.js";
import { EmptyOutputError, SaveError } from "./save-error.js";
import { removeNote, saveFile, type FileTask, type Surroundings } from "./save-file.js";
import { checkSaveOptions, readRules } from "./save-options.js";
import { trackProgress } from "./save-progress.js";
import type { FailedFile, SavedFile, SaveOptions, SaveReport, SaveSource } from "./save-types.js";

const gibibyte = 2 ** 30;

/**
 * Saves the files of a result. Each is streamed to a hidden partial file in `directory` and gets its name,
 * `<model>-<request id>-<n>.<extension>`, when it is whole. A broken download is resumed, in this call or in the next. The manifest,
 * `<request id>.json`, is written beside the files. Another call fetches only the files that are missing, and adds to the manifest.
 *
 * Only https URLs in `output` are fetched, from the service's own hosts and those of `hosts`, at public addresses, without the token.
 * After one file has failed the others are still saved.
 *
 * @throws SaveError when a file failed, with the report of all; with `onFailure: "report"` they are only listed.
 * @throws EmptyOutputError when the output names no file.
 * @throws ConfigError when an option is unknown or invalid.
 * @throws The signal's reason after an abort; files that were complete stay.
 */
export function save(result: SaveSource, options: SaveOptions): Promise<SaveReport> {
  return saveIn({ network: systemNetwork, disk: systemDisk }, result, options);
}

/** Saves with a network and a disk of the caller's. */
export async function saveIn(
  surroundings: Surroundings,
  result: SaveSource,
  options: SaveOptions,
): Promise<SaveReport> {
  checkSaveOptions(options);
  const { requestId } = result;
  const { signal, clock = surroundings.network.clock } = options;
  if (!isRequestId(requestId))
    throw new SaveError("The result has no usable request id; its files cannot be named.");
  const assets = findAssets(result.output, readRules(options));
  if (assets.length === 0) {
    throw new EmptyOutputError(
      `The result of ${requestId} holds no file: its output has no URL. There is nothing to save.`,
    );
  }
  signal?.throwIfAborted();
  const directory = await openDirectory(options.directory);
  const network = { ...surroundings.network, clock };
  try {
    return await withLock(lockPath(directory, requestId), clock, signal, () =>
      saveAssets({ network, disk: surroundings.disk }, result, options, { assets, directory }),
    );
  } catch (error) {
    if (error instanceof DownloadError) throw new SaveError(error.message, { cause: error });
    throw error instanceof Error && "syscall" in error
      ? new SaveError(diskError(directory, error).message, { cause: error })
      : error;
  }
}

/** The files of one save and their directory. */
interface Plan {
  readonly assets: readonly Asset[];
  readonly directory: string;
}

/** An earlier manifest and the records of all files that earlier saves have fetched. */
interface Earlier {
  readonly manifest: Manifest;
  readonly known: readonly ManifestFile[];
  /** The names of this save's files, without extensions. */
  readonly stems: readonly string[];
  readonly model: string | undefined;
}

async function saveAssets(
  surroundings: Surroundings,
  result: SaveSource,
  options: SaveOptions,
  plan: Plan,
): Promise<SaveReport> {
  const { directory } = plan;
  const manifest = manifestPath(directory, result.requestId);
  const earlier = await readEarlier(manifest, result, options, plan);
  const tasks = planTasks(surroundings, options, plan, earlier);
  const outcomes = await mapConcurrently(tasks, options.concurrency ?? 3, (task) =>
    saveFile(surroundings, task),
  );
  const files = outcomes.filter((outcome) => "sha256" in outcome);
  const failed = outcomes.filter((outcome) => "error" in outcome);
  const report: SaveReport = { directory, manifest, files, failed };
  try {
    await recordOutcomes(report, outcomes, result, options, earlier);
  } catch (cause) {
    const { message } = cause instanceof Error ? cause : diskError(manifest, cause);
    throw new SaveError(`${message} ${files.length} of ${tasks.length} files are saved.`, { cause, report });
  }
  await Promise.all(tasks.map((task) => removeNote(task)));
  options.signal?.throwIfAborted();
  if (failed.length > 0 && options.onFailure !== "report") throw describeFailure(report);
  return report;
}

async function readEarlier(
  path: string,
  result: SaveSource,
  options: SaveOptions,
  { assets, directory }: Plan,
): Promise<Earlier> {
  const manifest = await readManifest(path, result.requestId, options.force === true);
  const model = readModel(options, result, manifest);
  const stem = stemOf(model ?? "output", result.requestId);
  const stems = assets.map((_, index) => `${stem}-${index + 1}`);
  const notes = await readNotes(stems.map((one) => partialPath(directory, one)));
  return { manifest, known: [...notes, ...manifest.files], stems, model };
}

/** Gives the model's id: by the options, by the result, or by an earlier manifest. */
function readModel({ model }: SaveOptions, result: SaveSource, { facts }: Manifest): string | undefined {
  const known = typeof facts["model"] === "string" ? facts["model"] : undefined;
  return (typeof model === "object" ? model.id : model) ?? result.model ?? known;
}

function planTasks(
  { network }: Surroundings,
  options: SaveOptions,
  { assets, directory }: Plan,
  { known, stems }: Earlier,
): FileTask[] {
  const refresh = shareRefresh(options);
  const sources = assets.map(({ from }) => from[0] ?? "");
  const progress = trackProgress(network.clock, sources, options.onProgress);
  return assets.map((asset, index) => ({
    asset,
    directory,
    stem: stems[index]!,
    known,
    rules: readRules(options),
    force: options.force === true,
    maxBytes: options.maxBytes ?? 2 * gibibyte,
    idleMs: options.idleMs ?? 30_000,
    attempts: options.attempts ?? 5,
    signal: options.signal,
    refresh: refresh && (() => refresh(asset, index)),
    progress: progress[index]!,
  }));
}

/** Writes the manifest: the files on disk, and the failed ones that no earlier save has fetched. */
async function recordOutcomes(
  { directory, manifest, files }: SaveReport,
  outcomes: readonly (SavedFile | FailedFile)[],
  source: SaveSource,
  { input, signal }: SaveOptions,
  earlier: Earlier,
): Promise<void> {
  // After an abort only sizes are compared: hashing every file again would take long.
  const by = signal?.aborted ? "size" : "hash";
  const listed = await mergeFiles(directory, files.map(toManifestFile), earlier.known, by);
  const failed = outcomes
    .filter((_, index) => !listed.some(({ name }) => isNamed(name, earlier.stems[index]!)))
    .filter((outcome) => "error" in outcome);
  const entry = { source, model: earlier.model, input, files: listed, failed };
  await writeManifest(manifest, earlier.manifest.facts, entry);
}

function describeFailure(report: SaveReport): SaveError {
  const { files, failed, directory } = report;
  const lines = failed.map(
    ({ from, error, resumable }) =>
      `  ${from[0]}: ${error.message}${resumable ? " The next save goes on from there." : ""}`,
  );
  const count = `${failed.length} of ${files.length + failed.length} files`;
  return new SaveError(`${count} could not be saved to ${directory}:\n${lines.join("\n")}`, {
    cause: failed[0]?.error,
    report,
  });
}

/** Calls `refresh` once, however many files need it, and gives the new URL of one file. */
function shareRefresh(
  options: SaveOptions,
): ((asset: Asset, index: number) => Promise<string | undefined>) | undefined {
  const { refresh } = options;
  if (refresh === undefined) return undefined;
  let fresh: Promise<Asset[]> | undefined;
  return async (asset, index) => {
    fresh ??= refresh().then((result) => findAssets(result.output, readRules(options)));
    const assets = await fresh;
    return (assets.find(({ from }) => from[0] === asset.from[0]) ?? assets[index])?.url;
  };
}

async function openDirectory(directory: string): Promise<string> {
  const wanted = resolve(directory);
  try {
    await mkdir(wanted, { recursive: true });
    return await realpath(wanted);
  } catch (cause) {
    throw new SaveError(diskError(wanted, cause).message, { cause });
  }
}
