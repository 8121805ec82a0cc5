import { join } from "node:path";
import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import type { Api } from "./ir/api.js";
import { normalize } from "./ir/normalize.js";
import { applyPlan, hash, readDisk } from "./output/disk.js";
import { checkOutputFolder, readManifest, wayInto } from "./output/folder.js";
import { formatManifest, manifestName } from "./output/manifest.js";
import type { Manifest, ManifestFile } from "./output/manifest.js";
import { isPathInside, plan } from "./output/plan.js";
import type { Plan } from "./output/plan.js";
import { isStale, printReport, showProgress } from "./output/report.js";
import type { GenerateReport, Streams } from "./output/report.js";
import { hashSources, isCurrent, isUntouched } from "./output/reuse.js";
import { diagnose, hasErrors, sortDiagnostics } from "./spec/diagnostic.js";
import type { Diagnostic } from "./spec/diagnostic.js";
import { locateDiagnostics, readSpecs } from "./spec/read.js";
import { emit } from "./targets/emit.js";
import { targets as allTargets } from "./targets/index.js";
import type { EmittedFiles, Target } from "./targets/target.js";

/** How to generate. */
export interface GenerateOptions {
  /** The folder of spec files. */
  readonly specs: string;
  /** The folder for generated files. */
  readonly out: string;
  /** Where generated modules import their types from: a package, or a path relative to `out`. Default `"runcomfy-models"`. */
  readonly runtime?: string;
  /** Compares only: makes every file anew and writes none. Default false. */
  readonly check?: boolean;
  /** Told what is being done, for long runs. */
  readonly onProgress?: (step: string) => void;
  /** What to make. Default everything. */
  readonly targets?: readonly Target[];
}

/** Brings a folder up to date with a folder of specs: read, normalise, emit, plan, write. */
export const generate = async (options: GenerateOptions): Promise<GenerateReport> => {
  const { specs: folder, out, runtime = "runcomfy-models", check = false } = options;
  const { onProgress: say = () => {}, targets = allTargets } = options;

  say("reading");
  const { specs, lifecycle, diagnostics: unreadable } = readSpecs(folder);
  const { manifest, text: oldList, diagnostics: listTrouble } = readManifest(out);
  const readTrouble = [...unreadable, ...listTrouble, ...checkOutputFolder(out, folder)];
  const sources = lifecycle && hashSources(specs, lifecycle, runtime);
  const specsInside = wayInto(out, folder);
  const disk = hasErrors(readTrouble) ? new Map() : readDisk(out, (path) => path === specsInside);
  const manifestHashes = toHashes(manifest.files);
  if (!check && sources && readTrouble.length === 0 && isUntouched(manifest, disk, sources)) {
    const todo = plan({ wanted: manifestHashes, disk, manifest: manifestHashes });
    return { diagnostics: [], plan: todo, isManifestStale: false, models: specs.length };
  }

  say(`normalising ${specs.length} models`);
  const { models, diagnostics: doubts } = normalize(specs);
  const found = [...readTrouble, ...locateDiagnostics(doubts, specs)];
  const finish = (more: readonly Diagnostic[] = [], rest: Partial<GenerateReport> = {}): GenerateReport => ({
    diagnostics: sortDiagnostics([...found, ...more]),
    models: specs.length,
    isManifestStale: false,
    ...rest,
  });
  if (hasErrors(found) || !sources) return finish();

  say(`emitting ${models.length} models`);
  const api: Api = { lifecycle: lifecycle.document, ownLifecycle: lifecycle.own, models };
  const files = await emitOrExplain(api, targets, out, {
    runtime,
    isCurrent: (path) => !check && isCurrent(path, manifest, disk, sources),
  });
  if ("code" in files) return finish([files]);

  say("comparing");
  const wanted = new Map<string, ManifestFile>();
  for (const [path, text] of files) {
    const sha256 = text === "current" ? manifest.files.get(path)!.sha256 : hash(text);
    wanted.set(path, { sha256, from: sources.of(path) });
  }
  const todo = plan({ wanted: toHashes(wanted), disk, manifest: manifestHashes });
  const blocked = describeBlocked(todo, out);
  const list: Manifest = {
    generator: sources.generator,
    specs: sources.all,
    warnings: found.length,
    files: wanted,
  };
  if (check || blocked.length > 0) {
    // Another version of the generator that makes the same files has nothing to mend.
    const expected = formatManifest({ ...list, generator: manifest.generator });
    return finish(blocked, { plan: todo, isManifestStale: expected !== oldList });
  }

  say("writing");
  try {
    applyPlan(out, todo, (path) => files.get(path)!, {
      before: oldList,
      between: formatManifest({ ...list, generator: "", files: new Map([...manifest.files, ...wanted]) }),
      after: formatManifest(list),
    });
    return finish([], { plan: todo });
  } catch (cause) {
    return finish([diagnose("output-folder", out, "", `It cannot be written: ${(cause as Error).message}.`)]);
  }
};

const emitOrExplain = async (
  api: Api,
  targets: readonly Target[],
  out: string,
  options: Parameters<typeof emit>[2],
): Promise<EmittedFiles | Diagnostic> => {
  try {
    const files = await emit(api, targets, options);
    const stray = [...files.keys()].find((path) => !isPathInside(path) || path === manifestName);
    if (stray === undefined) return files;
    return diagnose("emit-failed", out, "", `${JSON.stringify(stray)} is no path for a generated file.`);
  } catch (cause) {
    return diagnose("emit-failed", out, "", cause instanceof Error ? cause.message : String(cause));
  }
};

const describeBlocked = ({ blocked }: Plan, out: string): Diagnostic[] =>
  blocked.map(({ by, path, at }) => {
    const what = by === "link-in-output" ? "A link" : "A file or folder that is not ours";
    return diagnose(
      by,
      join(out, at),
      "",
      `${what} stands ${at === path ? "where" : "on the way to where"} ${path} belongs.`,
    );
  });

const toHashes = (files: ReadonlyMap<string, ManifestFile>): Map<string, string> =>
  new Map([...files].map(([path, { sha256 }]) => [path, sha256]));

/** Generates once for the command line. Resolves with the exit code: 1 where anything is wrong, or a check finds a difference. */
export const runGenerate = async (options: GenerateOptions, streams: Streams = process): Promise<0 | 1> => {
  const report = await generate({ ...options, onProgress: (step) => showProgress(step, streams) });
  showProgress("", streams);
  printReport(report, options, streams);
  return hasErrors(report.diagnostics) || (options.check === true && isStale(report)) ? 1 : 0;
};

/** Adds `generate` to the command line. */
export const registerGenerate = (program: Command): void => {
  program
    .command("generate")
    .summary("turn spec files into typed modules, an OpenAPI document and a catalogue")
    .description(
      "Reads every spec file of a folder and brings the output folder up to date with them.\n" +
        "Only files that it made itself are ever overwritten or deleted. With any error nothing is written.",
    )
    .option("--specs <folder>", "folder of the spec files", "specs")
    .option("--out <folder>", "folder for the generated files", "generated")
    .option(
      "--runtime <name>",
      "package, or path relative to --out, that the modules import their types from",
      readRuntime,
      "runcomfy-models",
    )
    .addOption(
      new Option(
        "--check",
        "write nothing; list what is stale, missing or foreign, and exit with 1 if anything is",
      ).conflicts("watch"),
    )
    .option("--watch", "generate again whenever a spec is saved, until Ctrl-C")
    .action(async ({ watch, ...options }: GenerateOptions & { readonly watch?: true }) => {
      if (!watch) return void (process.exitCode = await runGenerate(options));
      const { watchUntilInterrupt } = await import("./watch.js");
      await watchUntilInterrupt({ specs: options.specs, run: () => runGenerate(options), say: printLine });
    });
};

const printLine = (text: string): void => void process.stderr.write(`${text}\n`);

const readRuntime = (name: string): string => {
  if (/^(?:\.\.?\/[^\s"'\\]+|(?:@[\w.-]+\/)?[\w.-]+(?:\/[\w.-]+)*)$/.test(name)) return name;
  throw new InvalidArgumentError(
    "Give a package name, or a path that starts with ./ or ../ and is relative to --out.",
  );
};
