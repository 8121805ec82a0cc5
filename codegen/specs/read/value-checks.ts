import { pointerTo, show } from "../../../src/errors/issue.js";
import { isObject } from "../../../src/dialect/notation/schema-node.js";
import type { Json } from "../../../src/input/model.js";
import type { Code } from "../../diagnostics/codes.js";
import { diagnose } from "../../diagnostics/diagnostic.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";

/** The most levels of objects and arrays that a spec file may have. */
export const mostLevels = 40;

/** The problems of all values of a file. */
export interface ValuesReport {
  readonly diagnostics: readonly Diagnostic[];
  readonly tooDeep: boolean;
}

/** Reports values that no place of a spec may hold: too many levels, infinite numbers, the name `__proto__`. */
export function checkValues(root: Json, file: string): ValuesReport {
  const diagnostics: Diagnostic[] = [];
  const path: (string | number)[] = [];
  let tooDeep = false;
  function report(code: Code, what: string): void {
    diagnostics.push(diagnose(code, file, path.map(pointerTo).join(""), what));
  }
  function visit(value: Json): void {
    if (typeof value === "number") return checkNumber(value, report);
    if (typeof value !== "object" || value === null) return;
    if (path.length >= mostLevels) {
      if (!tooDeep) report("too-large", `The file nests more than ${mostLevels} levels.`);
      tooDeep = true;
      return;
    }
    const entries: Iterable<[string | number, Json]> = Array.isArray(value)
      ? (value as readonly Json[]).entries()
      : Object.entries(value);
    for (const [key, child] of entries) {
      path.push(key);
      if (key === "__proto__")
        report("unsafe-field", 'The name "__proto__" would change what the object is.');
      visit(child);
      path.pop();
    }
  }
  visit(root);
  return { diagnostics, tooDeep };
}

/** Leaves out what {@link checkValues} reports: numbers that JSON cannot hold, and the name `__proto__` with its value. */
export function dropUnusable(value: Json): Json {
  const isKept = (inner: Json): boolean => typeof inner !== "number" || Number.isFinite(inner);
  if (Array.isArray(value)) return (value as readonly Json[]).filter(isKept).map(dropUnusable);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([key, inner]) => key !== "__proto__" && isKept(inner));
  return Object.fromEntries(kept.map(([key, inner]) => [key, dropUnusable(inner)]));
}

function checkNumber(value: number, report: (code: Code, what: string) => void): void {
  if (!Number.isFinite(value)) report("number-out-of-range", "The number is out of range.");
  else if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    report("unsafe-integer", `The integer is read as ${show(value)}.`);
  }
}
