import { diffSpecs } from "./diff/spec-diff.js";
import type { Comparison } from "./diff/comparison.js";
import { hasErrors } from "./diagnostics/diagnostic.js";
import type { Diagnostic } from "./diagnostics/diagnostic.js";
import type { Config } from "./configuration/config.js";
import { localDay } from "./commands/local-day.js";
import { generate as generateFiles } from "./generate/generation.js";
import { isStale } from "./generate/generate-report.js";
import { importPages as importFiles } from "./import/page-import.js";
import type { PageOutcome } from "./import/page-import.js";

export { defineConfig } from "./configuration/config.js";
export type { Config } from "./configuration/config.js";
export type { Change } from "./changes/spec-changes.js";
export type { Comparison, Kind, ModelChange } from "./diff/comparison.js";
export type { Code } from "./diagnostics/codes.js";
export type { Diagnostic } from "./diagnostics/diagnostic.js";
export type { PageOutcome } from "./import/page-import.js";
export type { Remark } from "./import/page/page-problems.js";
export type { ImportForm } from "./targets/target.js";

/** Options of {@link generate}; paths are relative to the working folder. No configuration file is read. */
export interface GenerateOptions extends Config {
  /** Compares only and writes nothing. Default false. */
  readonly check?: boolean;
}

/** The result of {@link generate}. Paths are relative to the output folder, in code point order. */
export interface GenerateResult {
  /** True where every model was made and the output folder is up to date. */
  readonly ok: boolean;
  /** Everything that is wrong or doubtful. */
  readonly diagnostics: readonly Diagnostic[];
  /** The number of models that were made. */
  readonly models: number;
  /** The ids of the models that were left out because of an error. */
  readonly leftOut: readonly string[];
  /** Files that are new, or that a check found missing. */
  readonly created: readonly string[];
  /** Files that were changed, or that a check found out of date. */
  readonly updated: readonly string[];
  readonly deleted: readonly string[];
  readonly unchanged: readonly string[];
  /** Files in the output folder that the generator neither made nor wants. They are never touched. */
  readonly foreign: readonly string[];
}

/** Brings a folder of generated files up to date with a folder of specs, as `runcomfy-codegen generate` does. Prints nothing. */
export async function generate(options: GenerateOptions = {}): Promise<GenerateResult> {
  const { specs = "specs", out = "generated", ...rest } = options;
  const report = await generateFiles({ specs, out, ...rest });
  const { diagnostics, models, leftOut, plan } = report;
  return {
    ok: !hasErrors(diagnostics) && !(rest.check === true && isStale(report)),
    diagnostics,
    models,
    leftOut,
    created: plan?.create ?? [],
    updated: plan?.update ?? [],
    deleted: plan?.delete ?? [],
    unchanged: plan?.same ?? [],
    foreign: plan?.foreign ?? [],
  };
}

/** Options of {@link importPages}. */
export interface ImportPagesOptions {
  /** Paths of saved pages. */
  readonly files: readonly string[];
  /** The folder of the spec files. Default `"specs"`. */
  readonly specs?: string;
  /** The day that is noted as that of the reading, `YYYY-MM-DD`. Default today. */
  readonly today?: string;
  /** Stops before the next page with the signal's reason. Default none. */
  readonly signal?: AbortSignal;
}

/** Writes a spec file for each saved documentation page, as `runcomfy-codegen import` does. Prints nothing; gives each page's outcome. */
export async function importPages({
  files,
  specs = "specs",
  today = localDay(new Date()),
  signal,
}: ImportPagesOptions): Promise<readonly PageOutcome[]> {
  const silent = (): void => {};
  const stdin = (): Promise<never> =>
    Promise.reject(new Error("Standard input is no page here; name files."));
  const { pages } = await importFiles({
    files,
    specs,
    today,
    stdin,
    print: silent,
    warn: silent,
    ...(signal && { signal }),
  });
  return pages;
}

/** Options of {@link diff}. */
export interface DiffOptions {
  /** A folder, or a commit, branch or tag. Default the last commit. */
  readonly from?: string;
  /** A folder, or a commit, branch or tag. Default the folder of specs as it is on disk. */
  readonly to?: string;
  /** The folder of the spec files. Default `"specs"`. */
  readonly specs?: string;
}

/**
 * Compares two states of the specs, as `runcomfy-codegen diff` does. Prints nothing.
 *
 * @throws Error where a folder, the repository or a commit is missing.
 */
export function diff({ from, to, specs = "specs" }: DiffOptions = {}): Comparison {
  return diffSpecs({ from, to, specs });
}
