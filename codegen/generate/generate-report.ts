import { posix } from "node:path";
import { formatDiagnostic } from "../diagnostics/diagnostic.js";
import { count } from "../text/counted-noun.js";
import { printable } from "../text/terminal-text.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { manifestName } from "../output/manifest.js";
import type { Plan } from "../output/plan.js";

/** The result of a run of the generator. */
export interface GenerateReport {
  readonly diagnostics: readonly Diagnostic[];
  /** Missing where an error stopped the run before it. */
  readonly plan?: Plan;
  /** True where the list of generated files is missing or out of date. Only told by a check. */
  readonly isManifestStale: boolean;
  /** The number of models that were made. */
  readonly models: number;
  /** The ids of the models that were left out because of an error; what was generated for them before stays. */
  readonly leftOut: readonly string[];
  /** True where the output folder is as the plan wants it: always false after a check. */
  readonly isWritten: boolean;
}

/** The streams of a report: results go to `stdout`, everything else to `stderr`. */
export interface Streams {
  readonly stdout: Writer;
  readonly stderr: Writer;
}

interface Writer {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

// On a terminal, a longer list would push the summary off the screen.
const mostLines = 30;

/** Tells whether a check found any difference. */
export function isStale({ plan, isManifestStale }: GenerateReport): boolean {
  return (
    isManifestStale ||
    (plan !== undefined &&
      plan.create.length +
        plan.update.length +
        plan.delete.length +
        plan.foreign.length +
        plan.blocked.length >
        0)
  );
}

/** Prints what changed, or what a check found, to standard output; problems and the summary to standard error. */
export function printReport(
  report: GenerateReport,
  { out, check = false }: { readonly out: string; readonly check?: boolean },
  { stdout, stderr }: Streams,
): void {
  const { diagnostics, leftOut } = report;
  for (const diagnostic of diagnostics) stderr.write(`${formatDiagnostic(diagnostic)}\n\n`);
  if (diagnostics.length > 0) stderr.write(`${summarize(diagnostics)}\n`);
  if (!report.plan || !(report.isWritten || check)) return void stderr.write("Nothing was written.\n");
  const lines = check ? listDifferences(report, report.plan) : listChanges(report.plan);
  const shown = stdout.isTTY ? lines.slice(0, mostLines) : lines;
  for (const [word, path] of shown) stdout.write(`${word}  ${printable(posix.join(toSlashes(out), path))}\n`);
  if (shown.length < lines.length) stdout.write(`… and ${lines.length - shown.length} more\n`);
  stderr.write(`${check ? concludeCheck(report) : conclude(report, report.plan)}\n`);
  if (leftOut.length > 0)
    stderr.write(
      `Left out because of errors: ${printable(leftOut.join(", "))}. What was generated before stays.\n`,
    );
}

function listChanges(plan: Plan): [word: string, path: string][] {
  return [
    ...plan.create.map((path): [string, string] => ["created", path]),
    ...plan.update.map((path): [string, string] => ["updated", path]),
    ...plan.delete.map((path): [string, string] => ["deleted", path]),
  ];
}

function listDifferences({ isManifestStale }: GenerateReport, plan: Plan): [word: string, path: string][] {
  const stale = [...plan.update, ...plan.delete, ...(isManifestStale ? [manifestName] : [])];
  const blocking = new Set(plan.blocked.map(({ at }) => at));
  return [
    ...stale.map((path): [string, string] => ["stale  ", path]),
    ...plan.create.map((path): [string, string] => ["missing", path]),
    ...[...new Set([...plan.foreign, ...blocking])].map((path): [string, string] => ["foreign", path]),
  ];
}

function summarize(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error").length;
  const files = new Set(diagnostics.map((diagnostic) => diagnostic.file)).size;
  return `${count(errors, "error")}, ${count(diagnostics.length - errors, "warning")} in ${count(files, "file")}.`;
}

function conclude({ models }: GenerateReport, plan: Plan): string {
  const { create, update, same } = plan;
  const changed = `${create.length} created, ${update.length} updated, ${plan.delete.length} deleted`;
  return `${count(models, "model")}: ${changed}, ${same.length} unchanged.`;
}

function concludeCheck(report: GenerateReport): string {
  if (!isStale(report)) return `${count(report.models, "model")}: everything is up to date.`;
  return "Not up to date: run generate without --check, and move foreign files away.";
}

function toSlashes(path: string): string {
  return path.replaceAll("\\", "/");
}

/** Shows the present step on the last line of a terminal; an empty step clears it. */
export function showProgress(step: string, { stderr }: Streams): void {
  if (stderr.isTTY) stderr.write(step === "" ? "\r\u001b[K" : `\r\u001b[K${step}…`);
}
