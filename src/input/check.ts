import { makeIssue, pointerTo } from "../errors/issue.js";
import type { Issue, Problem } from "../errors/issue.js";
import { hasDuplicates, isEqual, isOfType } from "./json-value.js";
import { checkAddress, mediaForms } from "./media-address.js";
import { mismatch, mismatchEnum, mismatchKey, mismatchType, noteLimits } from "./mismatch.js";
import type { Schema } from "./model.js";
import { findUnsendable } from "./sendable.js";
import { enter, finish, hasRoom, isLeftOut, note, startWalk, takeValue } from "./walk.js";
import type { Walk } from "./walk.js";

export type { Issue } from "../errors/issue.js";

/**
 * Everything that is wrong with a value under a JSON Schema 2020-12, for the keywords of {@link Schema}; an empty array
 * when it fits. The value must be what JSON can hold: {@link checkInput} checks that too. At most 100 issues, and one with the
 * code `more` where there are others.
 */
export function check(schema: Schema, value: unknown): Issue[] {
  return inspect(schema, value, false);
}

/**
 * Everything that is wrong with a model's input, before anything is sent: values that JSON cannot carry, values that the
 * schema refuses, media that the service cannot fetch. Issues with `severity: "warning"` need not stop a job. At most 100 issues,
 * and one with the code `more` where there are others.
 */
export function checkInput(model: { readonly input: Schema }, input: unknown): Issue[] {
  return inspect(model.input, input, true);
}

/** The state of one check. */
interface Comparison {
  readonly walk: Walk;
  /** The schema of the whole value. */
  readonly whole: Schema;
  readonly warnings: Issue[];
}

type Properties = { readonly [name: string]: Schema };
const anything: Properties = {};

function inspect(whole: Schema, value: unknown, isInput: boolean): Issue[] {
  const state: Comparison = { walk: startWalk(isInput), whole, warnings: [] };
  visit(state, whole, value);
  return finish(state.walk, state.warnings);
}

/** Walks a value and its schema together. A value that cannot be sent is not compared with its schema. */
function visit(state: Comparison, schema: Schema, value: unknown): void {
  const { walk } = state;
  if (!takeValue(walk)) return;
  const problem = walk.isInput && findInputProblem(schema, value);
  if (problem) return note(walk, problem);
  const before = walk.issues.length;
  if (typeof value === "object" && value) {
    enter(walk, value, (child, key) => visitChild(state, schema, child, key));
    if (!Array.isArray(value)) noteMissing(walk, schema, value);
  }
  // A value with something wrong inside cannot be compared as a whole.
  compare(state, schema, value, walk.issues.length === before && walk.valuesLeft >= 0);
}

function findInputProblem(schema: Schema, value: unknown): Problem | undefined {
  const media = schema["x-media"];
  const problem = findUnsendable(value, media && mediaForms);
  return problem ?? (media && typeof value === "string" ? checkAddress(media, value) : undefined);
}

function visitChild(state: Comparison, schema: Schema, value: unknown, key: string | number): void {
  const { walk, warnings } = state;
  const { properties = anything, additionalProperties: others } = schema;
  const isKnown = Object.hasOwn(properties, key);
  const inner = typeof key === "number" ? schema.items : isKnown ? properties[key] : others;
  if (inner === false) return note(walk, mismatchKey(key as string, properties));
  // An open model takes any name, so an unknown one may be right or mistyped.
  if (inner === true && walk.isInput && schema === state.whole && hasRoom(warnings)) {
    const path = pointerTo(key);
    warnings.push(makeIssue({ ...mismatchKey(key as string, properties), path, severity: "warning" }));
  }
  visit(state, typeof inner === "object" ? inner : anything, value);
}

function noteMissing(walk: Walk, { required = [] }: Schema, value: object): void {
  for (const key of required)
    if (isLeftOut(Object.getOwnPropertyDescriptor(value, key))) note(walk, { code: "required" }, key);
}

/** Compares a value with the keywords that speak of the value itself. Only a sound value is compared as a whole. */
function compare(state: Comparison, schema: Schema, value: unknown, isSound: boolean): void {
  const { walk } = state;
  const { type, anyOf, enum: listed, const: only } = schema;
  if (isSound && listed && !listed.some((one) => isEqual(one, value)))
    return note(walk, mismatchEnum(value, listed));
  if (isSound && only !== undefined && !isEqual(only, value)) return note(walk, mismatchEnum(value, [only]));
  if (type && !isOfType(type, value)) return note(walk, mismatchType(value, type));
  noteLimits(schema, value, (problem) => note(walk, problem));
  if (!isSound) return;
  if (schema.uniqueItems && hasDuplicates(value))
    note(walk, mismatch("unique_items", "an item twice", "each item once"));
  if (anyOf) compareBranches(state, anyOf, value);
}

/** Reports the branch that the value was most likely meant for: of its type, with the fewest issues. */
function compareBranches(state: Comparison, branches: readonly Schema[], value: unknown): void {
  const { issues } = state.walk;
  const before = issues.length;
  let best: Issue[] | undefined;
  for (const branch of branches) {
    visit(state, branch, value);
    const wrong = issues.splice(before);
    if (wrong.length === 0) return;
    const isMeant = !branch.type || isOfType(branch.type, value);
    if (isMeant && wrong.length < (best?.length ?? Infinity)) best = wrong;
  }
  if (best) issues.push(...best);
  else
    note(
      state.walk,
      mismatchType(
        value,
        branches.flatMap(({ type = [] }) => type),
      ),
    );
}
