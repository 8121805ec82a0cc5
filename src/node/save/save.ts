import { mkdir, realpath } from "node:fs/promises";
import { join, resolve } from "node:path";
import { isRequestId } from "../../protocol/paths.js";
import { ConfigError } from "../../errors/errors.js";
import type { Clock } from "../../time/clock.js";
import { findAssets, type Asset } from "./assets.js";
import { isHostPattern, type DestinationRules } from "../net/destination.js";
import { systemDisk, type Disk } from "../files/disk.js";
import { diskError, DownloadError } from "../files/download-error.js";
import { withLock } from "../files/file-lock.js";
import { isNamed, mergeFiles, readNotes } from "./known-files.js";
import {
  manifestPath,
  readManifest,
  toManifestFile,
  writeManifest,
  type Manifest,
  type ManifestFile,
} from "./manifest.js";
import { stemOf } from "./file-names.js";
import { systemNetwork, type Network } from "../net/network.js";
import { trackProgress } from "./save-progress.js";
import { EmptyOutputError, SaveError } from "./save-error.js";
import { forgetNote, partialPath, saveFile, type FileTask } from "./save-file.js";
import type { FailedFile, SavedFile, SaveOptions, SaveReport, SaveSource } from "./save-types.js";

/** Hosts of the service's own media. */
const ownHosts = ["*.runcomfy.net", "*.runcomfy.com"];
const gibibyte = 2 ** 30;

/** The network and the disk, so that tests can lead both elsewhere. */
export interface Surroundings {
  readonly network: Network;
  readonly disk: Disk;
}

/**
 * Brings the files of a result home: each is streamed to a hidden partial file in `directory` and gets its name,
 * `<model>-<request id>-<n>.<extension>`, when it is whole. A broken download is gone on with, in this call or in the next. Beside the
 * files stands a manifest, `<request id>.json`. Calling it again fetches only what is missing, and adds to the manifest.
 *
 * Only https URLs below `output` are fetched, from the service's own hosts and those of `hosts`, at public addresses; the token is never
 * sent. One failed file does not lose the others.
 *
 * @throws SaveError when a file failed, with the report of all; with `onFailure: "report"` they are only listed.
 * @throws EmptyOutputError when the output holds no file.
 * @throws ConfigError when an option cannot be used.
 * @throws The signal's reason after an abort; files that were complete stay.
 */
export function save(result: SaveSource, options: SaveOptions): Promise<SaveReport> {
  return saveIn({ network: systemNetwork, disk: systemDisk }, result, options);
}

/** `save` with a network and a disk of the caller's. */
export async function saveIn(
  surroundings: Surroundings,
  result: SaveSource,
  options: SaveOptions,
): Promise<SaveReport> {
  const network =
    options.clock === undefined ? surroundings.network : { ...surroundings.network, clock: options.clock };
  const rules = readRules(options);
  checkNumbers(options);
  if (!isRequestId(result.requestId))
    throw new SaveError("The result has no usable request id; its files cannot be named.");
  const assets = findAssets(result.output, rules);
  if (assets.length === 0) {
    throw new EmptyOutputError(
      `The result of ${result.requestId} holds no file: its output has no URL. There is nothing to save.`,
    );
  }
  options.signal?.throwIfAborted();
  const directory = await openDirectory(options.directory);
  try {
    return await withLock(join(directory, `.${result.requestId}.lock`), network.clock, options.signal, () =>
      saveAssets({ network, disk: surroundings.disk }, result, options, { assets, rules, directory }),
    );
  } catch (error) {
    if (error instanceof DownloadError) throw new SaveError(error.message, { cause: error });
    throw error instanceof Error && "syscall" in error
      ? new SaveError(diskError(directory, error).message, { cause: error })
      : error;
  }
}

interface Plan {
  readonly assets: readonly Asset[];
  readonly rules: DestinationRules;
  readonly directory: string;
}

async function saveAssets(
  surroundings: Surroundings,
  result: SaveSource,
  options: SaveOptions,
  plan: Plan,
): Promise<SaveReport> {
  const { directory, assets } = plan;
  const manifest = manifestPath(directory, result.requestId);
  const earlier = await readManifest(manifest, result.requestId, options.force === true);
  const model = readModel(options, result, earlier);
  const stem = stemOf(model ?? "output", result.requestId);
  const stems = assets.map((_, index) => `${stem}-${index + 1}`);
  const notes = await readNotes(stems.map((one) => partialPath({ directory, stem: one })));
  const known = [...notes, ...earlier.files];
  const tasks = planTasks(options, plan, { stems, known, clock: surroundings.network.clock });
  const outcomes = await runAll(surroundings, tasks, options.concurrency ?? 3);
  const files = outcomes.filter((outcome) => "sha256" in outcome);
  const failed = outcomes.filter((outcome) => "error" in outcome);
  const report: SaveReport = { directory, manifest, files, failed };
  try {
    // Whoever aborts does not wait until every file is read once more.
    const by = options.signal?.aborted ? "size" : "hash";
    const listed = await mergeFiles(directory, files.map(toManifestFile), known, by);
    const missing = outcomes
      .filter((_, index) => !listed.some(({ name }) => isNamed(name, stems[index]!)))
      .filter((outcome) => "error" in outcome);
    const entry = { source: result, model, input: options.input, files: listed, failed: missing };
    await writeManifest(manifest, earlier.facts, entry);
  } catch (cause) {
    const { message } = cause instanceof Error ? cause : diskError(manifest, cause);
    throw new SaveError(`${message} ${files.length} of ${tasks.length} files are saved.`, { cause, report });
  }
  await Promise.all(tasks.map((task) => forgetNote(task)));
  options.signal?.throwIfAborted();
  if (failed.length > 0 && options.onFailure !== "report") throw failure(report);
  return report;
}

function planTasks(
  options: SaveOptions,
  { assets, rules, directory }: Plan,
  found: {
    readonly stems: readonly string[];
    readonly known: readonly ManifestFile[];
    readonly clock: Clock;
  },
): FileTask[] {
  const refresh = shareRefresh(options, rules);
  const progress = trackProgress(found.clock, assets.length, options.onProgress);
  return assets.map((asset, index) => ({
    asset,
    directory,
    stem: found.stems[index]!,
    known: found.known,
    rules,
    force: options.force === true,
    maxBytes: options.maxBytes ?? 2 * gibibyte,
    idleMs: options.idleMs ?? 30_000,
    attempts: options.attempts ?? 5,
    signal: options.signal,
    refresh: refresh && (() => refresh(asset, index)),
    progress: progress.of(index, asset.from[0] ?? ""),
  }));
}

/** The model's id, from whoever knows it. */
function readModel({ model }: SaveOptions, result: SaveSource, { facts }: Manifest): string | undefined {
  const known = typeof facts["model"] === "string" ? facts["model"] : undefined;
  return (typeof model === "object" ? model.id : model) ?? result.model ?? known;
}

async function runAll(
  surroundings: Surroundings,
  tasks: readonly FileTask[],
  concurrency: number,
): Promise<(SavedFile | FailedFile)[]> {
  const outcomes: (SavedFile | FailedFile)[] = [];
  let next = 0;
  async function work(): Promise<void> {
    for (let index = next++; index < tasks.length; index = next++) {
      outcomes[index] = await saveFile(surroundings, tasks[index]!);
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, tasks.length) }, work));
  return outcomes;
}

function failure(report: SaveReport): SaveError {
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

/** Asks for the result once, however many files need it. */
function shareRefresh(
  { refresh }: SaveOptions,
  rules: DestinationRules,
): ((asset: Asset, index: number) => Promise<string | undefined>) | undefined {
  if (refresh === undefined) return undefined;
  let fresh: Promise<Asset[]> | undefined;
  return async (asset, index) => {
    fresh ??= refresh().then((result) => findAssets(result.output, rules));
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

function readRules({ hosts = [], allowLocalhost = false, directory }: SaveOptions): DestinationRules {
  if (typeof directory !== "string" || directory === "")
    throw new ConfigError("`directory` is missing: say where the files go.");
  const wrong = hosts.find((host) => !isHostPattern(host));
  if (wrong !== undefined) {
    throw new ConfigError(
      `\`hosts\` holds ${JSON.stringify(wrong)}; entries look like "media.example.com", "*.example.com" or "*".`,
    );
  }
  return { hosts: [...ownHosts, ...hosts], allowLocalhost };
}

function checkNumbers(options: SaveOptions): void {
  for (const name of ["maxBytes", "idleMs", "attempts", "concurrency"] as const) {
    const value = options[name];
    if (value !== undefined && !(value >= 1 && (name === "maxBytes" || Number.isSafeInteger(value)))) {
      throw new ConfigError(`\`${name}\` is ${value}; it must be a positive whole number.`);
    }
  }
}
