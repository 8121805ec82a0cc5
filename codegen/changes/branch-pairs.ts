import type { Value } from "../../src/dialect/notation/fields.js";
import { isFields } from "../../src/dialect/notation/fields.js";
import { sameValue } from "../json/json-value.js";
import { withoutWording } from "../specs/model/schema-wording.js";

/**
 * Finds for each alternative of one list the one of another that stands for the same: first by its facts, then by its type, the most
 * alike first, at last by its place. No alternative is taken twice.
 *
 * @returns for each of `wanted` an index in `known`; undefined where there is none.
 */
export function matchBranches(wanted: readonly Value[], known: readonly Value[]): (number | undefined)[] {
  const [left, right] = [wanted, known].map((list) => list.map((branch) => withoutWording(branch)));
  const found: (number | undefined)[] = wanted.map(() => undefined);
  const free = new Set(known.keys());
  function pairUp(score: (a: Value, b: Value, isSamePlace: boolean) => number): void {
    for (const [at, branch] of left!.entries()) {
      if (found[at] !== undefined) continue;
      const scores = [...free].map((other) => [score(branch, right![other]!, at === other), other] as const);
      const [best, other] = scores.reduce((top, each) => (each[0] > top[0] ? each : top), [0, -1] as const);
      if (best <= 0) continue;
      found[at] = other;
      free.delete(other);
    }
  }
  pairUp((a, b, isSamePlace) => (sameValue(a, b) ? (isSamePlace ? 2 : 1) : 0));
  pairUp((a, b, isSamePlace) => (isSameType(a, b) ? 1 + likeness(a, b) + (isSamePlace ? 0.5 : 0) : 0));
  pairUp((a, b, isSamePlace) => (isSamePlace && !isOtherType(a, b) ? 1 : 0));
  return found;
}

/** Counts the members that two schemas have in common, names of fields among them. */
function likeness(left: Value, right: Value): number {
  if (!isFields(left) || !isFields(right)) return 0;
  const shared = Object.keys(left).filter((key) => sameValue(left[key], right[key])).length;
  const [fields, others] = [left["properties"], right["properties"]];
  if (!isFields(fields) || !isFields(others)) return shared;
  return shared + Object.keys(fields).filter((name) => Object.hasOwn(others, name)).length;
}

function isSameType(left: Value, right: Value): boolean {
  const [one, other] = [kindsOf(left), kindsOf(right)];
  return one.size > 0 && one.size === other.size && [...one].every((kind) => other.has(kind));
}

function isOtherType(left: Value, right: Value): boolean {
  const [one, other] = [kindsOf(left), kindsOf(right)];
  return one.size > 0 && other.size > 0 && ![...one].some((kind) => other.has(kind));
}

/** Lists the kinds of value that a schema is about, as far as it shows; all numbers are one kind. */
function kindsOf(schema: Value): Set<string> {
  if (!isFields(schema)) return new Set();
  const { type, enum: values, const: only, properties, items } = schema;
  if (type !== undefined)
    return new Set([type].flat().map((word) => numberTypes.get(String(word)) ?? String(word)));
  if (Array.isArray(values)) return new Set(values.map(kindOf));
  if (only !== undefined) return new Set([kindOf(only)]);
  return new Set(properties !== undefined ? ["object"] : items !== undefined ? ["array"] : []);
}

const numberTypes = new Map([
  ["integer", "number"],
  ["float", "number"],
]);

function kindOf(value: Value): string {
  return value === null
    ? "null"
    : Array.isArray(value)
      ? "array"
      : typeof value === "bigint"
        ? "number"
        : typeof value;
}
