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

/** Makes a diagnostic; why it matters and how to mend it come from the table unless given. */
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

/** Whether anything in the list stops the run. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}

/** A diagnostic as text of four lines: place and code, what, why, fix. */
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

/** By file, then by place in it, then by code: the same order in every run. */
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

/** Orders text by code point, the same in every locale. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  // UTF-16 order differs from code point order only where surrogates meet the last basic characters.
  const limit = Math.min(a.length, b.length);
  for (let at = 0; at < limit; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left === right) continue;
    return isSurrogate(left) === isSurrogate(right) ? left - right : isSurrogate(left) ? 1 : -1;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

/** Text from a spec for a terminal: no control characters, nothing that turns text around, at most 400 characters. */
export function printable(text: string): string {
  const shown = text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu,
    (sign) => `\\u{${sign.codePointAt(0)!.toString(16)}}`,
  );
  return shown.length > 400 ? `${shown.slice(0, 400)}…` : shown;
}
