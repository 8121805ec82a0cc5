import { show } from "../errors/issue.js";
import type { Fault } from "../errors/issue.js";
import { countCodePoints, isMultiple, isOfType } from "./json-value.js";
import type { Json, Schema, SchemaType } from "./model.js";
import { nearest } from "./nearest.js";

/** What was given, what is allowed, and the value that was most likely meant. */
export function misfit(given: string, expected: string, near?: Json): Fault {
  return suggest(`${given} given; expected ${expected}`, expected, near);
}

/** A value of the wrong type. */
export function misfitType(value: unknown, type: SchemaType | readonly SchemaType[]): Fault {
  const other = respell(value);
  return misfit(show(value), [type].flat().join(" or "), isOfType(type, other) ? other : undefined);
}

/** Notes each limit that a number, a length or a number of items is outside of. */
export function noteLimits(rules: Schema, value: unknown, note: (fault: Fault) => void): void {
  if (typeof value === "number") noteSizes(note, "", value, rules.minimum, rules.maximum, rules);
  else if (Array.isArray(value)) noteSizes(note, " item", value.length, rules.minItems, rules.maxItems);
  else if (typeof value === "string" && (rules.minLength ?? rules.maxLength) !== undefined)
    noteSizes(note, " character", countCodePoints(value), rules.minLength, rules.maxLength);
}

function noteSizes(
  note: (fault: Fault) => void,
  unit: string,
  size: number,
  least = -Infinity,
  most = Infinity,
  { exclusiveMinimum: over = -Infinity, exclusiveMaximum: under = Infinity, multipleOf: step }: Schema = {},
): void {
  const fail = (relation: string, limit: number) =>
    note(misfit(count(size, unit), `${relation} ${count(limit, unit)}`));
  if (size < least) fail("at least", least);
  if (size > most) fail("at most", most);
  if (size <= over) fail("more than", over);
  if (size >= under) fail("less than", under);
  if (step && !isMultiple(size, step)) fail("a multiple of", step);
}

function count(amount: number, unit: string): string {
  return amount + unit + (unit && amount !== 1 ? "s" : "");
}

/** A value that is none of those allowed. */
export function misfitEnum(value: unknown, allowed: readonly Json[]): Fault {
  const expected = list(allowed.map(show));
  const problem = `${show(value)} is not ${allowed.length > 1 ? "one of " : ""}${expected}`;
  return suggest(problem, expected, findMeant(value, allowed));
}

/** A key that the schema does not name. */
export function misfitKey(key: string, properties: { readonly [name: string]: Schema }): Fault {
  const names = Object.keys(properties);
  const expected = names.length > 0 ? `one of ${list(names)}` : "no fields";
  const problem = "is not a documented field";
  const [near] = nearest(key, names);
  return near === undefined
    ? suggest(`${problem}; expected ${expected}`, expected)
    : { ...suggest(problem, expected, near), nearest: near };
}

function suggest(problem: string, expected: string, near?: Json): Fault {
  return near === undefined
    ? { message: problem, expected }
    : { message: `${problem} — did you mean ${show(near)}?`, expected, nearest: show(near) };
}

/** A number as text, a text as number: services take `"5"` where others take `5`. */
function respell(value: unknown): Json | undefined {
  if (typeof value === "number") return `${value}`;
  return typeof value === "string" && value.trim() ? Number(value) : undefined;
}

function findMeant(value: unknown, allowed: readonly Json[]): Json | undefined {
  const other = respell(value);
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
