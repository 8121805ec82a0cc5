import type { Json } from "../../../src/input/model.js";
import { diagnose, hasErrors } from "../../diagnostics/diagnostic.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { countMembers, placeOf, positionOf, scanJson } from "../../json/json-scan.js";
import { checkValues, deepest } from "./value-checks.js";

/** The value of JSON text; undefined where it has none, `isSound` where it holds no error. Problems are reported with their lines. */
export function readJson(
  text: string,
  file: string,
  report: (diagnostic: Diagnostic) => void,
): { readonly value: Json; readonly isSound: boolean } | undefined {
  const value = parse(text);
  if (value === undefined) {
    const problem = scanJson(text, 1000).problem ?? { offset: 0, what: "the text is not JSON" };
    return void report(
      diagnose("not-json", file, "", `Not JSON: ${problem.what}.`, positionOf(text, problem.offset)),
    );
  }
  const values = checkValues(value, file);
  const problems = [...values.diagnostics];
  if (!values.tooDeep && countMembers(text) !== values.members) problems.push(...findDuplicates(text, file));
  for (const problem of problems) report(locate(problem, text));
  return values.tooDeep ? undefined : { value, isSound: !hasErrors(problems) };
}

/** Adds line and column to a diagnostic of a text. */
export function locate(diagnostic: Diagnostic, text: string): Diagnostic {
  if (diagnostic.line !== undefined || diagnostic.pointer === "") return diagnostic;
  return { ...diagnostic, ...positionOf(text, placeOf(scanJson(text, deepest + 1), diagnostic.pointer)) };
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function findDuplicates(text: string, file: string): Diagnostic[] {
  return scanJson(text, deepest + 1).duplicates.map(({ pointer, offset }) =>
    diagnose(
      "duplicate-key",
      file,
      pointer,
      "The name occurs twice in the same object.",
      positionOf(text, offset),
    ),
  );
}
