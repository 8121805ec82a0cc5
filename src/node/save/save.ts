import { isRequestId } from "../../protocol/paths.js";
import { withOneSignal } from "../../time/scope.js";
import { systemDisk } from "../files/disk.js";
import { diskError, DownloadError } from "../files/download-error.js";
import { withLock } from "../files/file-lock.js";
import { mapConcurrently } from "../net/concurrency.js";
import type { DestinationRules } from "../net/destination.js";
import { systemNetwork } from "../net/network.js";
import { findAssets, type Asset } from "./assets.js";
import { openDirectory, sortByStem, type StemFiles } from "./directory.js";
import { isFresh } from "./freshness.js";
import { lockPath, manifestPath, partialPath, splitName, stemOf } from "./file-names.js";
import { mergeFiles, readNotes } from "./known-files.js";
import { readManifest, toManifestFile, writeManifest, type Manifest, type ManifestFile } from "./manifest.js";
import { EmptyOutputError, SaveError } from "./save-error.js";
import { removeNote, saveFile, type FileTask, type Surroundings } from "./save-file.js";
import { checkSaveOptions, defaultDirectory, readRules } from "./save-options.js";
import { trackProgress } from "./save-progress.js";
import type { FailedFile, SavedFile, SaveOptions, SaveReport, SaveSource } from "./save-types.js";

const gibibyte = 2 ** 30;
/** Number of files that a message lists. */
const mostLines = 20;

/**
 * Saves the files of a result. Each is streamed to a hidden partial file in `directory` and gets its name,
 * `<model>-<request id>-<n>.<extension>`, when it is whole. A broken download is resumed, in this call or in the next. The manifest,
 * `<request id>.json`, is written beside the files. Another call fetches only the files that are missing, and adds to the manifest.
 *
 * Only https URLs in `output` are fetched, from the service's own hosts and those of `hosts`, at public addresses, without the token;
 * files that the output holds itself, as `data:` URIs, are written. After one file has failed the others are still saved. A file that
 * looks cut off, or is a page in place of a picture, counts as failed: it is kept under a name that ends in `.doubtful`, and fetched
 * again by the next call.
 *
 * @throws SaveError when a file of the job failed, with the report of all; with `onFailure: "report"` they are only listed.
 * @throws EmptyOutputError when the output names no file.
 * @throws ConfigError when an option is unknown or invalid.
 * @throws The signal's reason after an abort; files that were complete stay.
 */
export async function save(result: SaveSource, options: SaveOptions = {}): Promise<SaveReport> {
  return saveIn({ network: systemNetwork, disk: systemDisk }, result, options);
}

/** Saves with a network and a disk of the caller's. */
export async function saveIn(
  surroundings: Surroundings,
  result: SaveSource,
  options: SaveOptions,
): Promise<SaveReport> {
  checkSaveOptions(options);
  const requestId: unknown = Object(result).requestId;
  const { signal, clock = surroundings.network.clock, maxWaitMs, onWait } = options;
  if (typeof requestId !== "string" || !isRequestId(requestId)) {
    throw new SaveError(
      "The result has no usable request id, so its files cannot be named. Give save what `job.result()` or `client.run()` resolves with.",
    );
  }
  const assets = findAssets(result.output, readRules(options, result.origin));
  if (assets.length === 0) {
    throw new EmptyOutputError(
      `The result of ${requestId} holds no file: its output has no URL. There is nothing to save.`,
    );
  }
  signal?.throwIfAborted();
  const directory = await openDirectory(options.directory ?? defaultDirectory);
  const network = { ...surroundings.network, clock };
  const plan = { assets, directory };
  try {
    return await withLock(
      lockPath(directory, requestId),
      clock,
      signal,
      (lost) =>
        withOneSignal([signal, lost], (own) =>
          saveAssets({ network, disk: surroundings.disk }, result, { ...options, signal: own }, plan),
        ),
      { maxWaitMs, onWait },
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
  /** The same records by the stems of their names. */
  readonly knownByStem: ReadonlyMap<string, readonly ManifestFile[]>;
  /** The names of this save's files, without extensions. */
  readonly stems: readonly string[];
  /** The names that are taken in the directory, by their stems. */
  readonly taken: ReadonlyMap<string, StemFiles>;
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
  const tasks = planTasks(surroundings, result, options, plan, earlier);
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
  const isIncomplete = failed.some(({ role }) => role === "output");
  if (isIncomplete && options.onFailure !== "report") throw describeFailure(report);
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
  const stem = stemOf(options.name ?? model ?? "output", result.requestId);
  const stems = assets.map((_, index) => `${stem}-${index + 1}`);
  const notes = await readNotes(stems.map((one) => partialPath(directory, one)));
  const known = [...notes, ...manifest.files];
  const knownByStem = new Map<string, ManifestFile[]>();
  for (const record of known) {
    const found = splitName(record.name)?.stem ?? "";
    knownByStem.set(found, [...(knownByStem.get(found) ?? []), record]);
  }
  return { manifest, known, knownByStem, stems, taken: await sortByStem(directory), model };
}

/** Gives the model's id: by the options, by the result, or by an earlier manifest. */
function readModel({ model }: SaveOptions, result: SaveSource, { facts }: Manifest): string | undefined {
  const known = typeof facts["model"] === "string" ? facts["model"] : undefined;
  return (typeof model === "object" ? model.id : model) ?? result.model ?? known;
}

function planTasks(
  { network }: Surroundings,
  result: SaveSource,
  options: SaveOptions,
  { assets, directory }: Plan,
  { knownByStem, stems, taken }: Earlier,
): FileTask[] {
  const rules = readRules(options, result.origin);
  const refresh = shareRefresh(options, rules);
  const sources = assets.map(({ from }) => from[0] ?? "");
  const progress = trackProgress(network.clock, sources, options.onProgress);
  return assets.map((asset, index) => ({
    asset,
    directory,
    stem: stems[index]!,
    known: knownByStem.get(stems[index]!) ?? [],
    taken: taken.get(stems[index]!)?.taken ?? [],
    doubtful: taken.get(stems[index]!)?.doubtful ?? [],
    rules,
    force: options.force === true,
    maxBytes: options.maxBytes ?? 2 * gibibyte,
    idleMs: options.idleMs ?? 30_000,
    attempts: options.attempts ?? 5,
    isFresh: isFresh(result.finishedAt, network.clock.date()),
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
  const saved = new Set(listed.map(({ name }) => splitName(name)?.stem));
  const failed = outcomes
    .filter((_, index) => !saved.has(earlier.stems[index]!))
    .filter((outcome) => "error" in outcome);
  const entry = { source, model: earlier.model, input, files: listed, failed };
  await writeManifest(manifest, earlier.manifest.facts, entry);
}

function describeFailure(report: SaveReport): SaveError {
  const { files, failed, directory } = report;
  const lines = failed.map(
    ({ from, error, resumable }) =>
      `  ${from[0] || "output"}: ${error.message}${resumable ? " The next save uses the bytes that are there." : ""}`,
  );
  const shown =
    lines.length > mostLines
      ? [...lines.slice(0, mostLines), `  and ${lines.length - mostLines} more`]
      : lines;
  const saved =
    files.length === 0
      ? []
      : [
          `Saved: ${files
            .slice(0, mostLines)
            .map(({ name }) => name)
            .join(", ")}${files.length > mostLines ? ", …" : ""}`,
        ];
  const count = `${failed.length} of ${files.length + failed.length} files`;
  return new SaveError([`${count} could not be saved to ${directory}:`, ...shown, ...saved].join("\n"), {
    cause: failed[0]?.error,
    report,
  });
}

/** Calls `refresh` once, however many files need it, and gives the new URL of one file. */
function shareRefresh(
  options: SaveOptions,
  rules: DestinationRules,
): ((asset: Asset, index: number) => Promise<string | undefined>) | undefined {
  const { refresh } = options;
  if (refresh === undefined) return undefined;
  let fresh: Promise<Asset[]> | undefined;
  return async (asset, index) => {
    fresh ??= refresh().then((result) => findAssets(result.output, rules));
    const assets = await fresh;
    return (assets.find(({ from }) => from[0] === asset.from[0]) ?? assets[index])?.url;
  };
}
