import type { SchemaProblem } from "../../src/dialect/notation/problem.js";
import { compareText } from "../text/text-order.js";
import { printable } from "../text/terminal-text.js";
import { codes } from "./codes.js";
import type { Code } from "./codes.js";

/** Something that is wrong, or doubtful, in a file. */
export interface Diagnostic {
  readonly code: Code;
  readonly severity: "error" | "warning";
  /** The file as people would type it. */
  readonly file: string;
  /** JSON pointer of the place in the file; empty for the file as a whole. */
  readonly pointer: string;
  /** Counted from 1. */
  readonly line?: number;
  /** Counted from 1. */
  readonly column?: number;
  readonly what: string;
  readonly why: string;
  readonly fix: string;
  /** The rule that found it. */
  readonly rule?: string;
}

/** Makes a diagnostic; why it matters and how to fix it come from the table of codes unless given. */
export function diagnose(
  code: Code,
  file: string,
  pointer: string,
  what: string,
  more: { fix?: string; line?: number; column?: number; rule?: string } = {},
): Diagnostic {
  const { severity, why, fix } = codes[code];
  return { code, severity, file, pointer, what, why, fix, ...more };
}

/** Makes the diagnostic of a problem that normalising has met in a file. */
export function diagnoseProblem({ code, pointer, what, ...more }: SchemaProblem, file: string): Diagnostic {
  return diagnose(code, file, pointer, what, more);
}

/** Tells whether anything in the list stops the run. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}

/** Prints a diagnostic as four lines: place and code, what, why, fix. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { code, severity, file, pointer, line, column, what, why, fix } = diagnostic;
  const place = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
  return [
    `${severity} ${code}  ${printable(place)}${pointer === "" ? "" : `  ${printable(pointer)}`}`,
    `  ${printable(what)}`,
    `  why: ${why}`,
    `  fix: ${printable(fix)}`,
  ].join("\n");
}

/** Sorts by file, then by place in it, then by code: the same order in every run. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort(
    (a, b) =>
      compareText(a.file, b.file) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0) ||
      compareText(a.pointer, b.pointer) ||
      compareText(a.code, b.code) ||
      compareText(a.what, b.what),
  );
}
