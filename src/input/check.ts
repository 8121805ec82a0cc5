import { pointerTo } from "../errors/issue.js";
import type { Fault, Issue } from "../errors/issue.js";
import { findUnsendable } from "./sendable.js";
import { hasTwins, isEqual, isOfType } from "./json-value.js";
import { misfit, misfitEnum, misfitKey, misfitType, noteLimits } from "./mismatch.js";
import type { Schema } from "./model.js";

export type { Issue } from "../errors/issue.js";

/**
 * Everything that is wrong with a value under a JSON Schema 2020-12, for the keywords of {@link Schema}; an empty array
 * when it fits. The value must be what JSON can hold: {@link checkInput} checks that too.
 */
export function check(schema: Schema, value: unknown): Issue[] {
  return inspect(schema, value).map(toIssue);
}

/**
 * Everything that is wrong with a model's input, before anything is sent: values that JSON cannot carry, values that the
 * schema refuses, media that the service cannot fetch. Issues with `severity: "warning"` need not stop a job.
 */
export function checkInput(model: { readonly input: Schema }, input: unknown): Issue[] {
  return inspectInput(model, input).map(toIssue);
}

/** An issue whose place is a list of keys, with numbers for places in arrays. */
export interface Found extends Fault {
  readonly keys: readonly (string | number)[];
}

/** What `checkInput` finds. */
export function inspectInput(model: { readonly input: Schema }, input: unknown): Found[] {
  return inspect(model.input, input, findUnsendable);
}

function toIssue({ keys, ...fault }: Found): Issue {
  return { path: keys.map(pointerTo).join(""), ...fault };
}

type Refuse = (rules: Schema, value: unknown) => Fault | undefined;
type Fields = { readonly [key: string]: unknown };

const deepest = 100;
const mostValues = 1_000_000;
const anything: { readonly [name: string]: Schema } = {};

/** Walks a value and its schema together, each value once; `refuse` is asked first, and makes the value a model's input. */
function inspect(schema: Schema, whole: unknown, refuse?: Refuse): Found[] {
  let found: Found[] = [];
  const warnings: Found[] = [];
  const keys: (string | number)[] = [];
  const parents: unknown[] = [];
  let valuesLeft = mostValues;

  function note(fault: Fault, ...more: string[]): void {
    found.push({ ...fault, keys: [...keys, ...more] });
  }

  function visit(rules: Schema, value: unknown): void {
    if (--valuesLeft < 0) return;
    const fault = refuse?.(rules, value);
    if (fault) return note(fault);
    const from = found.length;
    if (typeof value === "object" && value) enter(rules, value);
    judge(rules, value, found.length === from && valuesLeft >= 0);
  }

  function visitChild(key: string | number, rules: Schema | boolean | undefined, value: unknown): void {
    keys.push(key);
    visit(typeof rules === "object" ? rules : anything, value);
    keys.pop();
  }

  function enter(rules: Schema, value: object): void {
    if (parents.includes(value)) return note({ message: "contains itself" });
    if (parents.length === deepest) return note({ message: `is more than ${deepest} levels deep` });
    parents.push(value);
    if (!Array.isArray(value)) visitFields(rules, value as Fields);
    else for (let at = 0; at < value.length && valuesLeft >= 0; at++) visitChild(at, rules.items, value[at]);
    parents.pop();
  }

  function visitFields(rules: Schema, fields: Fields): void {
    const { properties = anything, required = [], additionalProperties: others } = rules;
    for (const key of Object.keys(fields)) {
      const isKnown = Object.hasOwn(properties, key);
      const inner = isKnown ? properties[key] : others;
      if (inner === false) note(misfitKey(key, properties), key);
      // An open model takes any name, but a slip looks the same.
      if (inner === true && refuse && rules === schema)
        warnings.push({ ...misfitKey(key, properties), severity: "warning", keys: [key] });
      if (refuse && (key === "__proto__" || (!isKnown && refuse(anything, key))))
        note({ message: "is no name that can be sent" }, key);
      else if (refuse && Object.getOwnPropertyDescriptor(fields, key)!.get)
        note(misfit("a getter", "its value"), key);
      else visitChild(key, inner, fields[key]);
    }
    for (const key of required) if (!Object.hasOwn(fields, key)) note({ message: "is required" }, key);
  }

  /** Only what is sound inside can be compared as a whole. */
  function judge(rules: Schema, value: unknown, isSound: boolean): void {
    const { type, anyOf } = rules;
    const { enum: listed, const: only } = rules;
    if (isSound && listed && !listed.some((one) => isEqual(one, value)))
      return note(misfitEnum(value, listed));
    if (isSound && only !== undefined && !isEqual(only, value)) return note(misfitEnum(value, [only]));
    if (type && !isOfType(type, value)) return note(misfitType(value, type));
    noteLimits(rules, value, note);
    if (!isSound) return;
    if (rules.uniqueItems && hasTwins(value)) note(misfit("an item twice", "each item once"));
    if (anyOf) judgeBranches(anyOf, value);
  }

  /** Reports the branch that the value was most likely meant for: of its type, with the fewest issues. */
  function judgeBranches(branches: readonly Schema[], value: unknown): void {
    const from = found.length;
    let best: Found[] | undefined;
    for (const branch of branches) {
      visit(branch, value);
      const wrong = found.splice(from);
      if (wrong.length === 0) return;
      const isMeant = !branch.type || isOfType(branch.type, value);
      if (isMeant && wrong.length < (best?.length ?? Infinity)) best = wrong;
    }
    const types = branches.flatMap(({ type = [] }) => type);
    if (best) found = found.concat(best);
    else note(misfitType(value, types));
  }

  visit(schema, whole);
  if (valuesLeft < 0) note({ message: `holds more than ${mostValues} values` });
  return found.concat(warnings);
}
