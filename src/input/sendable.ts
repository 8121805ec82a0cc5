import { show } from "../errors/issue.js";
import type { Issue, Problem } from "../errors/issue.js";
import { enter, finish, note, startWalk, takeValue } from "./walk.js";

/**
 * Everything in an input that JSON cannot carry as it is: `NaN`, functions, dates, getters, cycles, lone surrogates, whole numbers
 * that lost digits. An empty array when the input can be sent. Fields that are `undefined` count as left out.
 */
export function checkSendable(input: unknown): Issue[] {
  const walk = startWalk(true);
  function visit(value: unknown): void {
    if (!takeValue(walk)) return;
    const problem = findUnsendable(value);
    if (problem) note(walk, problem);
    else if (typeof value === "object" && value) enter(walk, value, visit);
  }
  visit(input);
  const given = show(input);
  if (given !== "an object" && walk.issues.length === 0)
    note(walk, { code: "type", given, expected: "object" });
  return finish(walk);
}

/** Tells why JSON cannot carry a value, without the values inside it, or would carry it as something else. */
export function findUnsendable(value: unknown, forms = jsonForms): Problem | undefined {
  switch (typeof value) {
    case "boolean":
      return undefined;
    case "string":
      // Without a pair of its own, a surrogate matches by itself.
      return /\p{Surrogate}/u.test(value) ? unsendable(show(value), "whole surrogate pairs") : undefined;
    case "number":
      if (!Number.isFinite(value)) return unsendable(`${value}`, "a finite number");
      return Number.isInteger(value) && !Number.isSafeInteger(value)
        ? unsendable(`${value}`, "a whole number within ±(2^53 - 1)")
        : undefined;
    case "undefined":
      return unsendable("undefined", "a value");
    default: {
      const kind = typeof value === "object" ? value && findKind(value) : typeof value;
      return kind ? unsendable(`a ${kind}`, forms) : undefined;
    }
  }
}

const jsonForms = "text, a number, true, false, null, an array or a plain object";

function unsendable(given: string, expected: string): Problem {
  return { code: "not_sendable", given, expected };
}

/** Names an object that is neither an array, nor an object literal of any realm, nor without a prototype. */
function findKind(value: object): string | undefined {
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (!Array.isArray(value) && prototype && Object.getPrototypeOf(prototype)) {
    const name: unknown = prototype.constructor?.name;
    return typeof name === "string" && /^\w{1,60}$/.test(name) ? name : "class instance";
  }
  // A toJSON method would make the bytes that are sent differ from the value that was checked.
  return "toJSON" in value ? "value with a toJSON" : undefined;
}
