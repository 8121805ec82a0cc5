import { show } from "../errors/issue.js";
import type { IssueCode, Problem } from "../errors/issue.js";
import { countCodePoints, hasDuplicates, isEqual, isMultiple, isOfType } from "./json-value.js";
import type { Json, Schema, SchemaType } from "./model.js";
import { nearest } from "./nearest.js";

type Note = (problem: Problem) => void;

/**
 * Notes where a value differs from the keywords that speak of the value itself; only a sound value is compared as a whole.
 * Reports whether the value is one of the allowed ones and of the right type.
 */
export function compare(schema: Schema, value: unknown, isSound: boolean, note: Note): boolean {
  const { type, enum: listed, const: only } = schema;
  const wrong = [listed, only === undefined ? undefined : [only]].find(
    (allowed) => isSound && allowed && !allowed.some((one) => isEqual(one, value)),
  );
  if (wrong) note(mismatchEnum(value, wrong));
  else if (type && !isOfType(type, value)) note(mismatchType(value, type));
  else {
    noteLimits(schema, value, note);
    if (isSound && schema.uniqueItems && hasDuplicates(value))
      note({ code: "unique_items", given: "an item twice", expected: "each item once" });
    return true;
  }
  return false;
}

/** A value of the wrong type. */
export function mismatchType(value: unknown, type: SchemaType | readonly SchemaType[]): Problem {
  const other = convert(value);
  return {
    code: "type",
    given: show(value),
    expected: [type].flat().join(" or "),
    ...(isOfType(type, other) && { nearest: show(other) }),
  };
}

/** A key that the schema does not name. */
export function mismatchKey(key: string | number, properties: { readonly [name: string]: Schema }): Problem {
  const names = Object.keys(properties);
  const [near] = nearest(`${key}`, names);
  return {
    code: "unknown_field",
    expected: names.length > 0 ? `one of ${list(names)}` : "no fields",
    ...(near !== undefined && { nearest: near }),
  };
}

/** A value that is not one of the allowed ones. */
function mismatchEnum(value: unknown, allowed: readonly Json[]): Problem {
  const meant = findMeant(value, allowed);
  return {
    code: allowed.length > 1 ? "enum" : "const",
    given: show(value),
    expected: list(allowed.map(show)),
    ...(meant !== undefined && { nearest: show(meant) }),
  };
}

/** Notes each limit that a number, a length or a number of items is outside of. */
function noteLimits(schema: Schema, value: unknown, note: Note): void {
  const { minimum, maximum, exclusiveMinimum: over, exclusiveMaximum: under, multipleOf: step } = schema;
  const { minItems, maxItems, minLength, maxLength } = schema;
  function noteBroken(size: number, unit: string, limits: readonly Limit[]): void {
    for (const [code, words, limit, isBroken] of limits)
      if (isBroken) note({ code, given: count(size, unit), expected: `${words} ${count(limit!, unit)}` });
  }
  if (typeof value === "number")
    noteBroken(value, "", [
      ["minimum", "at least", minimum, value < minimum!],
      ["maximum", "at most", maximum, value > maximum!],
      ["minimum", "more than", over, value <= over!],
      ["maximum", "less than", under, value >= under!],
      ["multiple_of", "a multiple of", step, step && !isMultiple(value, step)],
    ]);
  const items = Array.isArray(value) ? value.length : NaN;
  noteBroken(items, " item", [
    ["min_items", "at least", minItems, items < minItems!],
    ["max_items", "at most", maxItems, items > maxItems!],
  ]);
  const isLimited = typeof value === "string" && (minLength ?? maxLength) !== undefined;
  const length = isLimited ? countCodePoints(value) : NaN;
  noteBroken(length, " character", [
    ["min_length", "at least", minLength, length < minLength!],
    ["max_length", "at most", maxLength, length > maxLength!],
  ]);
}

/** A limit, and whether a value breaks it. */
type Limit = readonly [code: IssueCode, words: string, limit: number | undefined, isBroken: unknown];

function count(amount: number, unit: string): string {
  return amount + unit + (unit && amount !== 1 ? "s" : "");
}

/** A number as text, a text as number: services take `"5"` where others take `5`. */
function convert(value: unknown): Json | undefined {
  if (typeof value === "number") return `${value}`;
  const amount = typeof value === "string" && value.trim() ? Number(value) : NaN;
  return Number.isNaN(amount) ? undefined : amount;
}

function findMeant(value: unknown, allowed: readonly Json[]): Json | undefined {
  const other = convert(value);
  if (allowed.some((one) => one === other)) return other;
  if (typeof value === "string") {
    const texts = allowed.filter((one) => typeof one === "string");
    return texts.find((text) => value.length > 2 && text.startsWith(value)) ?? nearest(value, texts)[0];
  }
  if (typeof value !== "number") return undefined;
  const numbers = allowed.filter((one) => typeof one === "number");
  return numbers.sort((a, b) => Math.abs(a - value) - Math.abs(b - value))[0];
}

function list(all: readonly string[]): string {
  return all.slice(0, 24).join(", ") + (all.length > 24 ? ` and ${all.length - 24} more` : "");
}
