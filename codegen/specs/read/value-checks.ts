import { pointerTo, show } from "../../../src/errors/issue.js";
import type { Json } from "../../../src/input/model.js";
import { diagnose } from "../../diagnostics/diagnostic.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";

/** How many levels of objects and arrays a file may have. */
export const deepest = 40;

/** What a walk over all values of a file finds. */
export interface ValuesReport {
  readonly diagnostics: readonly Diagnostic[];
  /** How many members all objects together have. */
  readonly members: number;
  readonly tooDeep: boolean;
}

/** Looks at every value of a file for what no place in it may hold: endless depth, infinite numbers, `__proto__`. */
export function checkValues(root: Json, file: string): ValuesReport {
  const diagnostics: Diagnostic[] = [];
  const path: (string | number)[] = [];
  let members = 0;
  let tooDeep = false;
  const report = (code: Parameters<typeof diagnose>[0], what: string) =>
    void diagnostics.push(diagnose(code, file, path.map(pointerTo).join(""), what));

  function visit(value: Json) {
    if (typeof value === "number") return checkNumber(value, report);
    if (typeof value !== "object" || value === null) return;
    if (path.length >= deepest) {
      if (!tooDeep) report("too-deep", `The file nests more than ${deepest} levels.`);
      tooDeep = true;
      return;
    }
    const entries: Iterable<[string | number, Json]> = Array.isArray(value)
      ? (value as readonly Json[]).entries()
      : Object.entries(value);
    for (const [key, child] of entries) {
      if (typeof key === "string") members += 1;
      path.push(key);
      if (key === "__proto__") report("unsafe-name", 'The name "__proto__" would change what the object is.');
      visit(child);
      path.pop();
    }
  }
  visit(root);
  return { diagnostics, members, tooDeep };
}

function checkNumber(
  value: number,
  report: (code: "number-out-of-range" | "unsafe-integer", what: string) => void,
) {
  if (!Number.isFinite(value)) report("number-out-of-range", "The number is out of range.");
  else if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    report("unsafe-integer", `The integer is read as ${show(value)}.`);
  }
}
