import { show } from "../errors/issue.js";
import type { IssueCode, Problem } from "../errors/issue.js";
import { countCodePoints, isMultiple, isOfType } from "./json-value.js";
import type { Json, Schema, SchemaType } from "./model.js";
import { nearest } from "./nearest.js";

/** A value other than the expected one, with the allowed value that was most likely meant. */
export function mismatch(code: IssueCode, given: string, expected: string, near?: Json): Problem {
  return { code, given, expected, ...(near !== undefined && { nearest: show(near) }) };
}

/** A value of the wrong type. */
export function mismatchType(value: unknown, type: SchemaType | readonly SchemaType[]): Problem {
  const other = convert(value);
  return mismatch("type", show(value), [type].flat().join(" or "), isOfType(type, other) ? other : undefined);
}

/** A value that is not one of the allowed ones. */
export function mismatchEnum(value: unknown, allowed: readonly Json[]): Problem {
  const code = allowed.length > 1 ? "enum" : "const";
  return mismatch(code, show(value), list(allowed.map(show)), findMeant(value, allowed));
}

/** A key that the schema does not name. */
export function mismatchKey(key: string, properties: { readonly [name: string]: Schema }): Problem {
  const names = Object.keys(properties);
  const expected = names.length > 0 ? `one of ${list(names)}` : "no fields";
  const [near] = nearest(key, names);
  return { code: "unknown_field", expected, ...(near !== undefined && { nearest: near }) };
}

/** Notes each limit that a number, a length or a number of items is outside of. */
export function noteLimits(schema: Schema, value: unknown, note: (problem: Problem) => void): void {
  function noteSize(
    size: number,
    unit: string,
    [least, most]: readonly [IssueCode, IssueCode],
    minimum = -Infinity,
    maximum = Infinity,
  ): void {
    if (size < minimum) note(mismatch(least, count(size, unit), `at least ${count(minimum, unit)}`));
    if (size > maximum) note(mismatch(most, count(size, unit), `at most ${count(maximum, unit)}`));
  }
  if (typeof value === "number") {
    const { exclusiveMinimum: over, exclusiveMaximum: under, multipleOf: step } = schema;
    noteSize(value, "", ["minimum", "maximum"], schema.minimum, schema.maximum);
    if (value <= over!) note(mismatch("minimum", `${value}`, `more than ${over}`));
    if (value >= under!) note(mismatch("maximum", `${value}`, `less than ${under}`));
    if (step && !isMultiple(value, step)) note(mismatch("multiple_of", `${value}`, `a multiple of ${step}`));
  } else if (Array.isArray(value))
    noteSize(value.length, " item", ["min_items", "max_items"], schema.minItems, schema.maxItems);
  else if (typeof value === "string" && (schema.minLength ?? schema.maxLength) !== undefined) {
    const length = countCodePoints(value);
    noteSize(length, " character", ["min_length", "max_length"], schema.minLength, schema.maxLength);
  }
}

function count(amount: number, unit: string): string {
  return amount + unit + (unit && amount !== 1 ? "s" : "");
}

/** A number as text, a text as number: services take `"5"` where others take `5`. */
function convert(value: unknown): Json | undefined {
  if (typeof value === "number") return `${value}`;
  return typeof value === "string" && value.trim() ? Number(value) : undefined;
}

function findMeant(value: unknown, allowed: readonly Json[]): Json | undefined {
  const other = convert(value);
  if (allowed.some((one) => one === other)) return other;
  if (typeof value === "string") {
    const texts = allowed.filter((one) => typeof one === "string");
    return texts.find((text) => value.length > 2 && text.startsWith(value)) ?? nearest(value, texts)[0];
  }
  const distance = (one: number) => Math.abs(one - (value as number));
  return typeof value === "number"
    ? allowed.filter((one) => typeof one === "number").sort((a, b) => distance(a) - distance(b))[0]
    : undefined;
}

function list(all: readonly string[]): string {
  return all.slice(0, 24).join(", ") + (all.length > 24 ? ` and ${all.length - 24} more` : "");
}
