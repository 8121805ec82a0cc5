import type { Issue } from "../errors/issue.js";
import { startWalk } from "./walk.js";

/**
 * Everything in an input that JSON cannot carry as it is: `NaN`, functions, dates, getters, cycles, lone surrogates, whole numbers
 * that lost digits. An empty array when the input can be sent. Fields that are `undefined` count as left out.
 */
export function checkSendable(input: unknown): Issue[] {
  const walk = startWalk(true);
  function visit(value: unknown): void {
    const problem = findUnsendable(value);
    if (problem) walk.note(problem);
    else if (typeof value === "object" && value) walk.enter(value, visit);
  }
  visit(input);
  const isObject = typeof input === "object" && input && !Array.isArray(input);
  if (!isObject && walk.issues.length === 0)
    walk.note({ code: "type", given: nameInput(input), expected: "object" });
  return walk.finish();
}

/** A value that is no object, as short text. Only a single word is shown: a longer text may hold a secret. */
function nameInput(input: unknown): string {
  if (Array.isArray(input)) return "an array";
  return typeof input === "string" && !/^\w{0,20}$/.test(input) ? "a text" : JSON.stringify(input);
}

/** Tells why JSON cannot carry a value, without the values inside it, or would carry it as something else. */
export function findUnsendable(value: unknown, forms = jsonForms): Partial<Issue> | undefined {
  if (typeof value === "string") {
    // With the flag `u`, `\p{Surrogate}` matches only a surrogate without its partner.
    const half = /\w?\p{Surrogate}\w?/u.exec(value);
    return half ? { given: JSON.stringify(half[0]), expected: "whole surrogate pairs" } : undefined;
  }
  if (typeof value === "number") {
    if (Number.isSafeInteger(value) || value % 1) return undefined;
    const isWhole = Number.isInteger(value);
    return { given: `${value}`, expected: isWhole ? "a whole number within ±(2^53 - 1)" : "a finite number" };
  }
  if (value === undefined) return { given: "undefined", expected: "a value" };
  if (value === null || typeof value === "boolean") return undefined;
  const kind = typeof value === "object" ? findKind(value) : typeof value;
  return kind ? { given: `a ${kind}`, expected: forms } : undefined;
}

const jsonForms = "text, a number, true, false, null, an array or a plain object";

/** Names an object that is neither an array, nor an object literal of any realm, nor without a prototype. */
function findKind(value: object): string | undefined {
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (!Array.isArray(value) && prototype && Object.getPrototypeOf(prototype)) {
    const kind: unknown = prototype.constructor?.name;
    return typeof kind === "string" && /^\w{1,60}$/.test(kind) ? kind : "class instance";
  }
  // A toJSON method would make the bytes that are sent differ from the value that was checked.
  return "toJSON" in value ? "value with a toJSON" : undefined;
}
