import type { Api } from "../ir/api.js";
import { normalize } from "../ir/spec-normalization.js";
import { applyPlan } from "../output/disk.js";
import { readOutputFolder } from "../output/output-folder.js";
import { formatManifest, manifestName, toHashes } from "../output/manifest.js";
import type { Manifest } from "../output/manifest.js";
import { hashSources, listFiles, noMemory, recall } from "../output/last-run.js";
import { describeBlocked, isPathInside, plan } from "../output/plan.js";
import type { Plan } from "../output/plan.js";
import { isStale, printReport, showProgress } from "./generate-report.js";
import type { GenerateReport, Streams } from "./generate-report.js";
import { diagnose, hasErrors, sortDiagnostics } from "../diagnostics/diagnostic.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { readTexts } from "../specs/read/spec-texts.js";
import type { SpecText } from "../specs/read/spec-texts.js";
import { readLifecycle } from "../specs/read/lifecycle.js";
import { locateDiagnostics, parseSpecs } from "../specs/read/spec-reading.js";
import { emit } from "./emission.js";
import { targets as allTargets } from "./target-list.js";
import type { EmitOptions, EmittedFiles, Target } from "../targets/target.js";

/** The options of one generation. */
export interface GenerateOptions {
  /** The folder of spec files. */
  readonly specs: string;
  /** The folder for generated files. */
  readonly out: string;
  /** The module that the models import their types and check from: a name, or a path relative to `out`. Default `"runcomfy-models/standard"`. */
  readonly runtime?: string;
  /** Compares only: makes every file anew and writes none. Default false. */
  readonly check?: boolean;
  /** Called with the present step, for progress lines of long runs. */
  readonly onProgress?: (step: string) => void;
  /** The targets to make. Default all. */
  readonly targets?: readonly Target[];
}

/** Brings a folder up to date with a folder of specs: read, normalise, emit, plan, write. An error stops it between two steps. */
export async function generate(options: GenerateOptions): Promise<GenerateReport> {
  const {
    specs: folder,
    out,
    runtime = "runcomfy-models/standard",
    check = false,
    targets = allTargets,
  } = options;
  const say = options.onProgress ?? (() => {});

  say("reading");
  const { texts, diagnostics: unreadable } = readTexts(folder);
  const { lifecycle, diagnostics: doubts } = readLifecycle(folder);
  const before = readOutputFolder(out, folder);
  const trouble = [...unreadable, ...doubts, ...before.diagnostics];
  const sources = lifecycle && hashSources(texts, lifecycle, runtime);
  const memory = check || hasErrors(trouble) || !sources ? noMemory : recall(out, before, sources);
  const { specs, broken, diagnostics: misshapen } = parseSpecs(texts.filter(({ id }) => !memory.isKnown(id)));

  say(`normalising ${specs.length} models`);
  const { models, diagnostics: problems } = normalize([...specs, ...broken], memory.models);
  const found = [...trouble, ...misshapen, ...locateDiagnostics(problems, texts)];
  const finish = (more: readonly Diagnostic[], rest: Partial<GenerateReport> = {}): GenerateReport => ({
    diagnostics: sortDiagnostics([...found, ...more]),
    models: texts.length,
    isManifestStale: false,
    ...rest,
  });
  if (hasErrors(found) || !sources) return finish([]);
  const compare = (wanted: Manifest["files"]): Plan =>
    plan({ wanted: toHashes(wanted), disk: before.disk, manifest: toHashes(before.manifest.files) });
  if (memory.isUntouched) return finish([], { plan: compare(before.manifest.files) });

  say(`emitting ${models.length} models`);
  const api: Api = { lifecycle: lifecycle.document, ownLifecycle: lifecycle.own, models };
  const { isCurrent, textOf, lastTextOf } = memory;
  const files = await emitOrExplain(api, targets, out, { runtime, isCurrent, textOf, lastTextOf });
  if ("code" in files) return finish([files]);

  say("comparing");
  const next = listFiles(files, before.manifest, sources, doubtfulOf(found, texts));
  const todo = compare(next.files);
  const blocked = describeBlocked(todo, out);
  if (check || blocked.length > 0) {
    // Files of another version of the generator that makes the same texts are not stale.
    const expected = formatManifest({ ...next, generator: before.manifest.generator });
    return finish(blocked, { plan: todo, isManifestStale: expected !== before.list });
  }

  const isDone = todo.create.length + todo.update.length + todo.delete.length === 0;
  if (isDone && formatManifest(next) === before.list) return finish([], { plan: todo });

  say("writing");
  const failure = applyPlan(out, todo, (path) => files.get(path)!, before, next);
  return failure === undefined
    ? finish([], { plan: todo })
    : finish([diagnose("output-folder", out, "", failure)]);
}

/** Makes all files of all targets; where that fails, the diagnostic that says why. */
async function emitOrExplain(
  api: Api,
  targets: readonly Target[],
  out: string,
  options: EmitOptions,
): Promise<EmittedFiles | Diagnostic> {
  try {
    const files = await emit(api, targets, options);
    const stray = [...files.keys()].find((path) => !isPathInside(path) || path === manifestName);
    if (stray === undefined) return files;
    return diagnose("emit-failed", out, "", `${JSON.stringify(stray)} is no path for a generated file.`);
  } catch (cause) {
    return diagnose("emit-failed", out, "", cause instanceof Error ? cause.message : String(cause));
  }
}

/** Lists the ids of the specs with diagnostics. */
function doubtfulOf(found: readonly Diagnostic[], texts: readonly SpecText[]): string[] {
  const files = new Set(found.map(({ file }) => file));
  return texts.filter(({ file }) => files.has(file)).map(({ id }) => id);
}

/** Generates once for the command line. Resolves with the exit code: 1 where anything is wrong, or a check finds a difference. */
export async function runGenerate(options: GenerateOptions, streams: Streams = process): Promise<0 | 1> {
  const report = await generate({ ...options, onProgress: (step) => showProgress(step, streams) });
  showProgress("", streams);
  printReport(report, options, streams);
  return hasErrors(report.diagnostics) || (options.check === true && isStale(report)) ? 1 : 0;
}
