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
  if (given !== "an object" && !findUnsendable(input))
    note(walk, { code: "type", given, expected: "object" });
  return finish(walk);
}

/** Tells why JSON cannot carry a value, without the values inside it, or would carry it as something else. */
export function findUnsendable(value: unknown, forms = jsonForms): Problem | undefined {
  switch (typeof value) {
    case "string":
      // Without a pair of its own, a surrogate matches by itself.
      return /\p{Surrogate}/u.test(value) ? unsendable(show(value), "whole surrogate pairs") : undefined;
    case "number":
      if (Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value)))
        return undefined;
      return unsendable(
        `${value}`,
        Number.isInteger(value) ? "a whole number within ±(2^53 - 1)" : "a finite number",
      );
    case "boolean":
      return undefined;
    case "undefined":
      return unsendable("undefined", "a value");
    default: {
      const kind = typeof value === "object" ? (findClass(value) ?? findOwnJson(value)) : typeof value;
      return kind === undefined ? undefined : unsendable(`a ${kind}`, forms);
    }
  }
}

const jsonForms = "text, a number, true, false, null, an array or a plain object";

function unsendable(given: string, expected: string): Problem {
  return { code: "not_sendable", given, expected };
}

/** The class of a value that is neither an array, nor an object literal of any realm, nor an object without a prototype, nor null. */
function findClass(value: object | null): string | undefined {
  const prototype = value && (Object.getPrototypeOf(value) as object | null);
  if (!prototype || Array.isArray(value) || !Object.getPrototypeOf(prototype)) return undefined;
  const name: unknown = prototype.constructor?.name;
  return typeof name === "string" && /^\w{1,60}$/.test(name) ? name : "class instance";
}

/** A toJSON method would make the bytes that are sent differ from the value that was checked. */
function findOwnJson(value: object | null): string | undefined {
  return value && "toJSON" in value ? "value with a toJSON" : undefined;
}
