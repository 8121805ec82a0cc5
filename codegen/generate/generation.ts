import { messageOf } from "../../src/errors/error-message.js";
import type { Api } from "../ir/api.js";
import { normalize } from "../ir/spec-normalization.js";
import { applyPlan } from "../output/disk.js";
import { readOutputFolder } from "../output/output-folder.js";
import type { Before } from "../output/output-folder.js";
import { formatManifest, manifestName, toHashes } from "../output/manifest.js";
import type { Manifest } from "../output/manifest.js";
import { hashSources, listFiles, noMemory, recall } from "../output/unchanged-files.js";
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
import { adviseImports, chooseImports } from "./import-choice.js";
import { modulePath } from "../targets/models/module-path.js";
import { ModuleFailure } from "../targets/models/models-target.js";
import { compareText } from "../text/text-order.js";
import { targets as allTargets } from "./target-list.js";
import type { EmitOptions, EmittedFiles, ImportForm, Target } from "../targets/target.js";

/** The options of one generation. */
export interface GenerateOptions {
  /** The folder of spec files. */
  readonly specs: string;
  /** The folder for generated files. */
  readonly out: string;
  /**
   * The module that the models import their types and check from: a name, or a path relative to `out`. Default that of the last run,
   * or `"runcomfy-models/standard"`.
   */
  readonly runtime?: string;
  /** The form of imports between the files. Default that of the last run, or the one that the nearest `tsconfig.json` asks for. */
  readonly imports?: ImportForm;
  /** Compares only: makes every file anew and writes none. Default false. */
  readonly check?: boolean;
  /** Called with the present step, for progress lines of long runs. */
  readonly onProgress?: (step: string) => void;
  /** The targets to make. Default all. */
  readonly targets?: readonly Target[];
}

/**
 * Brings a folder up to date with a folder of specs: read, normalise, emit, plan, write. A model with
 * an error is left out; where nothing can be made of any, nothing is written.
 */
export async function generate(options: GenerateOptions): Promise<GenerateReport> {
  const { specs: folder, out, check = false, targets = allTargets } = options;
  const say = options.onProgress ?? (() => {});

  say("reading");
  const { texts, unread, diagnostics: unreadable } = readTexts(folder);
  const { lifecycle, diagnostics: doubts } = readLifecycle(folder);
  const before = readOutputFolder(out, folder);
  const stopping = [
    ...unreadable.filter(({ code }) => code === "no-specs"),
    ...doubts,
    ...before.diagnostics,
  ];
  const importing = chooseImports(options, before.manifest);
  const sources = lifecycle && hashSources(texts, lifecycle, importing);
  const memory = check || hasErrors(stopping) || !sources ? noMemory : recall(out, before, sources);
  const { specs, diagnostics: misshapen } = parseSpecs(texts.filter(({ id }) => !memory.isKnown(id)));

  say(`normalising ${specs.length} models`);
  // In code point order of their ids, whatever the order of the files; those that are unchanged come from the last run.
  const { models, diagnostics: problems } = normalize(specs, memory.models);
  const found = [...unreadable, ...doubts, ...before.diagnostics, ...misshapen];
  found.push(...locateDiagnostics(problems, texts));
  const leftOut = new Set([...unread, ...findWrong(found, texts)]);
  const finish = (more: readonly Diagnostic[], rest: Partial<GenerateReport> = {}): GenerateReport => ({
    diagnostics: sortDiagnostics([...found, ...more]),
    models: texts.filter(({ id }) => !leftOut.has(id)).length,
    leftOut: [...leftOut].sort(compareText),
    isManifestStale: false,
    isWritten: false,
    ...rest,
  });
  const isEmpty = texts.every(({ id }) => leftOut.has(id));
  if (hasErrors(stopping) || !sources || isEmpty) return finish([]);
  const compare = (wanted: Manifest["files"]): Plan => planWithout(leftOut, wanted, before);
  if (memory.isUntouched) return finish([], { plan: compare(before.manifest.files), isWritten: !check });

  say(`emitting ${models.length} models`);
  const { isCurrent, textOf, lastTextOf } = memory;
  const emitting = { ...importing, isCurrent, textOf, lastTextOf };
  const files = await emitEach(
    { lifecycle: lifecycle.document, ownLifecycle: lifecycle.own, models },
    { targets, out, options: emitting, leftOut, report: (diagnostic) => void found.push(diagnostic) },
  );
  if (files === undefined) return finish([]);

  say("comparing");
  const next = listFiles(files, before.manifest, sources, doubtfulOf(found, texts), leftOut);
  const todo = compare(next.files);
  const { problems: unwritten, ...rest } = writeFiles(todo, next, { out, check, before, files, say });
  return finish(unwritten, rest);
}

interface Writing {
  readonly out: string;
  readonly check: boolean;
  readonly before: Before;
  readonly files: EmittedFiles;
  readonly say: (step: string) => void;
}

/** Carries a plan out, or compares only. */
function writeFiles(
  todo: Plan,
  next: Manifest,
  { out, check, before, files, say }: Writing,
): Partial<GenerateReport> & { readonly problems: readonly Diagnostic[] } {
  const problems = describeBlocked(todo, out);
  if (check || problems.length > 0) {
    // Files of another version of the generator that makes the same texts are not stale.
    const expected = formatManifest({ ...next, generator: before.manifest.generator });
    return { problems, plan: todo, isManifestStale: expected !== before.list };
  }
  const isDone = todo.create.length + todo.update.length + todo.delete.length === 0;
  if (isDone && formatManifest(next) === before.list) return { problems, plan: todo, isWritten: true };
  say("writing");
  const failure = applyPlan(out, todo, (path) => files.get(path)!, before, next);
  return failure === undefined
    ? { problems, plan: todo, isWritten: true }
    : { problems: [diagnose("output-folder", out, "", failure)] };
}

/** The surroundings of an emission: the models that are left out grow by those whose modules cannot be made. */
interface Emission {
  readonly targets: readonly Target[];
  readonly out: string;
  readonly options: EmitOptions;
  readonly leftOut: Set<string>;
  readonly report: (diagnostic: Diagnostic) => void;
}

/** Makes all files of all targets for the models that are not left out; undefined, with a report, where that fails. */
async function emitEach(api: Api, emission: Emission): Promise<EmittedFiles | undefined> {
  const { targets, out, options, leftOut, report } = emission;
  const fail = (what: string): undefined => void report(diagnose("emit-failed", out, "", what));
  const models = api.models.filter(({ id }) => !leftOut.has(id));
  try {
    const files = await emit({ ...api, models }, targets, options);
    const stray = [...files.keys()].find((path) => !isPathInside(path) || path === manifestName);
    return stray === undefined ? files : fail(`${JSON.stringify(stray)} is no path for a generated file.`);
  } catch (cause) {
    const failure = cause instanceof Error ? cause.cause : undefined;
    fail(messageOf(cause));
    if (!(failure instanceof ModuleFailure) || models.length === 1) return undefined;
    leftOut.add(failure.id);
    return emitEach(api, emission);
  }
}

/** Compares the wanted files with the disk; the modules of models that were left out are passed over. */
function planWithout(leftOut: ReadonlySet<string>, wanted: Manifest["files"], before: Before): Plan {
  const passed = new Set([...leftOut].map(modulePath));
  const keep = <Value>(files: ReadonlyMap<string, Value>): Map<string, Value> =>
    new Map([...files].filter(([path]) => !passed.has(path)));
  return plan({
    wanted: keep(toHashes(wanted)),
    disk: keep(before.disk),
    manifest: keep(toHashes(before.manifest.files)),
  });
}

/** Lists the ids of the specs with an error. */
function findWrong(found: readonly Diagnostic[], texts: readonly SpecText[]): string[] {
  const files = new Set(found.filter(({ severity }) => severity === "error").map(({ file }) => file));
  return texts.filter(({ file }) => files.has(file)).map(({ id }) => id);
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
  const advice = options.imports === undefined ? adviseImports(options.out) : undefined;
  if (advice !== undefined) streams.stderr.write(`${advice}\n`);
  return hasErrors(report.diagnostics) || (options.check === true && isStale(report)) ? 1 : 0;
}
