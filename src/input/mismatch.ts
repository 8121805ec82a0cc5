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

function mismatch(code: IssueCode, value: unknown, expected: string, meant?: Json): Problem {
  return { code, given: show(value), expected, ...(meant !== undefined && { nearest: show(meant) }) };
}

/** A value of the wrong type. */
export function mismatchType(value: unknown, type: SchemaType | readonly SchemaType[]): Problem {
  const other = convert(value);
  return mismatch("type", value, [type].flat().join(" or "), isOfType(type, other) ? other : undefined);
}

/** A value that is not one of the allowed ones. */
function mismatchEnum(value: unknown, allowed: readonly Json[]): Problem {
  const code = allowed.length > 1 ? "enum" : "const";
  return mismatch(code, value, list(allowed.map(show)), findMeant(value, allowed));
}

/** A key that the schema does not name. */
export function mismatchKey(key: string | number, properties: { readonly [name: string]: Schema }): Problem {
  const names = Object.keys(properties);
  const [near] = nearest(`${key}`, names);
  const expected = names.length > 0 ? `one of ${list(names)}` : "no fields";
  return { code: "unknown_field", expected, ...(near !== undefined && { nearest: near }) };
}

/** Notes each limit that a number, a length or a number of items is outside of. */
function noteLimits(schema: Schema, value: unknown, note: Note): void {
  const [unit, least, most, ...codes] =
    typeof value === "number"
      ? (["", schema.minimum, schema.maximum, "minimum", "maximum"] as const)
      : Array.isArray(value)
        ? ([" item", schema.minItems, schema.maxItems, "min_items", "max_items"] as const)
        : ([" character", schema.minLength, schema.maxLength, "min_length", "max_length"] as const);
  const isMeasured = unit === "" || (least ?? most) !== undefined;
  const size = isMeasured ? sizeOf(value) : NaN;
  function noteIf(isBroken: unknown, code: IssueCode, words: string, limit: number | undefined): void {
    if (isBroken) note({ code, given: count(size, unit), expected: `${words} ${count(limit!, unit)}` });
  }
  noteIf(size < least!, codes[0], "at least", least);
  noteIf(size > most!, codes[1], "at most", most);
  const { pattern } = schema;
  if (pattern && typeof value === "string" && !new RegExp(pattern, "u").test(value))
    note({ code: "pattern", given: show(value), expected: `a text that matches ${pattern}` });
  if (typeof value !== "number") return;
  const { exclusiveMinimum: over, exclusiveMaximum: under, multipleOf: step } = schema;
  noteIf(value <= over!, "minimum", "more than", over);
  noteIf(value >= under!, "maximum", "less than", under);
  noteIf(step && !isMultiple(value, step), "multiple_of", "a multiple of", step);
}

function sizeOf(value: unknown): number {
  if (typeof value === "string") return countCodePoints(value);
  return Array.isArray(value) ? value.length : typeof value === "number" ? value : NaN;
}

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
