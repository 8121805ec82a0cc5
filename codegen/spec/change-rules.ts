import { isAnnotation } from "./change-forms.js";
import { takes, typesOf } from "./change-types.js";
import { isFields, sameValue, withoutWording } from "./page/shape.js";
import type { Fields, Value } from "./page/json.js";
import { pointerStep } from "./page/json.js";

/** How much a change matters to code that works today. */
export type Kind = "breaking" | "compatible" | "wording";

/** Which way values travel: an input is sent by our users, an output is read by them. */
export type Side = "input" | "output";

/** What a change does to the set of values: `other` cannot be judged, `neutral` changes no value's validity. */
export type Effect = "narrower" | "wider" | "other" | "neutral" | "wording";

/** Takes one change. */
export type Note = (pointer: string, effect: Effect, message: string) => void;

/** A place in two schemas that are compared. */
export interface Place {
  readonly pointer: string;
  readonly side: Side;
  readonly note: Note;
  /** Whether the service applies a default here. */
  readonly applied: boolean;
  /** The whole schemas, which references lead into, and where they stand. */
  readonly roots: Roots;
  /** The references that led here on both sides. */
  readonly trail: readonly string[];
  /** Compares what stands below, or beside, this place. */
  readonly compare: (before: Value | undefined, after: Value | undefined, place: Place) => void;
}

/** The two schemas that a comparison began with. */
export interface Roots {
  readonly old: Fields;
  readonly now: Fields;
  readonly pointer: string;
  /** Whether there is any reference, so that equal texts may mean different things. */
  readonly linked: boolean;
  /** How many parts may still be compared. */
  readonly budget: { left: number };
}

const LOWER = new Set(["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"]);
const UPPER = new Set(["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"]);
const STRUCTURAL = new Set([
  "properties",
  "required",
  "items",
  "additionalProperties",
  "validations",
  "allOf",
]);

/**
 * The kind of a change. Narrowing what is sent breaks senders and widening what is read breaks readers;
 * what cannot be judged counts as breaking.
 */
export function kindOf(effect: Effect, side: Side): Kind {
  if (effect === "wording") return "wording";
  if (effect === "neutral") return "compatible";
  if (effect === "other") return "breaking";
  return (effect === "narrower") === (side === "input") ? "breaking" : "compatible";
}

/** Prints a value for a message, shortened. */
export function show(value: unknown): string {
  const text =
    typeof value === "bigint"
      ? String(value)
      : (JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? String(item) : item)) ??
        "nothing");
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Compares every keyword of two schemas that speaks of the schema itself, not of what it contains. */
export function compareKeywords(
  before: Fields,
  after: Fields,
  pointer: string,
  applied: boolean,
  note: Note,
): void {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (STRUCTURAL.has(key) || sameValue(before[key], after[key])) continue;
    compareKeyword(key, before[key], after[key], pointer + pointerStep(key), applied, note);
  }
}

function compareKeyword(
  key: string,
  old: Value | undefined,
  now: Value | undefined,
  pointer: string,
  applied: boolean,
  note: Note,
): void {
  if (isAnnotation(key)) {
    note(pointer, "wording", `${key} changed from ${show(old)} to ${show(now)}`);
  } else if (key === "type") compareTypes(old, now, pointer, note);
  else if (key === "enum") compareEnums(old, now, pointer, note);
  else if (key === "const" && old !== undefined && now !== undefined)
    compareEnums([old], [now], pointer, note);
  else if (LOWER.has(key) || UPPER.has(key)) compareLimit(key, old, now, pointer, note);
  else if (key === "default") compareDefault(old, now, pointer, applied, note);
  else if (key === "format") compareFormat(old, now, pointer, note);
  else if (key === "uniqueItems") {
    const effect = now === true ? "narrower" : old === true ? "wider" : "neutral";
    note(pointer, effect, now === true ? "items may no longer repeat" : "items may repeat");
  } else if (key === "multipleOf") compareStep(old, now, pointer, note);
  else if (old === undefined) note(pointer, "narrower", `${key} is new: ${show(now)}`);
  else if (now === undefined) note(pointer, "wider", `${key} is gone: it was ${show(old)}`);
  else if (sameValue(withoutWording(old), withoutWording(now)))
    note(pointer, "wording", `the wording in ${key} changed`);
  else note(pointer, "other", `${key} changed from ${show(old)} to ${show(now)}`);
}

function compareTypes(old: Value | undefined, now: Value | undefined, pointer: string, note: Note): void {
  const [left, right] = [typesOf(old), typesOf(now)];
  const narrower = left === null || [...left].some((type) => !takes(right, type));
  const wider = right === null || [...right].some((type) => !takes(left, type));
  const effect =
    left === null && right !== null
      ? "narrower"
      : narrower && wider
        ? "other"
        : narrower
          ? "narrower"
          : wider
            ? "wider"
            : "neutral";
  note(pointer, effect, `the type changed from ${show(old ?? "any")} to ${show(now ?? "any")}`);
}

function compareEnums(old: Value | undefined, now: Value | undefined, pointer: string, note: Note): void {
  if (!Array.isArray(now)) return note(pointer, "wider", "any value is taken, no longer only listed ones");
  if (!Array.isArray(old)) return note(pointer, "narrower", `only ${show(now)} are taken`);
  const gone = missingFrom(now, old);
  const added = missingFrom(old, now);
  if (gone.length > 0) note(pointer, "narrower", `no longer takes ${gone.map(show).join(", ")}`);
  if (added.length > 0) note(pointer, "wider", `takes ${added.map(show).join(", ")} too`);
  if (gone.length === 0 && added.length === 0)
    note(pointer, "wording", "the values are listed in another order");
}

/** The values of the second list that the first does not have. */
function missingFrom(list: readonly Value[], values: readonly Value[]): Value[] {
  const known = new Set(list.map(identity));
  return values.filter((value) => !known.has(identity(value)));
}

const identity = (value: Value): string =>
  `${typeof value === "bigint" ? "number" : typeof value} ${show0(value)}`;
const show0 = (value: Value): string =>
  JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? String(item) : item)) ?? "";

function compareLimit(
  key: string,
  old: Value | undefined,
  now: Value | undefined,
  pointer: string,
  note: Note,
): void {
  if (now === undefined) return note(pointer, "wider", `${key} is gone: it was ${show(old)}`);
  if (old === undefined) return note(pointer, "narrower", `${key} is new: ${show(now)}`);
  if (!isNumber(old) || !isNumber(now))
    return note(pointer, "other", `${key} changed from ${show(old)} to ${show(now)}`);
  note(
    pointer,
    now > old === LOWER.has(key) ? "narrower" : "wider",
    `${key} changed from ${show(old)} to ${show(now)}`,
  );
}

const isNumber = (value: unknown): value is number | bigint =>
  typeof value === "number" || typeof value === "bigint";

/**
 * A default of an optional field is applied by the service: a change alters what a call without the field gives, but every
 * call stays valid, so it is compatible. On a required field, and in an output, a default is only an example.
 */
function compareDefault(
  old: Value | undefined,
  now: Value | undefined,
  pointer: string,
  applied: boolean,
  note: Note,
): void {
  const effect = applied ? "neutral" : "wording";
  const tail = applied ? "; calls that leave the field out give another result" : "";
  if (old === undefined) note(pointer, effect, `the default is ${show(now)}; none was documented`);
  else if (now === undefined) note(pointer, effect, `no default is documented any more; it was ${show(old)}`);
  else note(pointer, effect, `the default changed from ${show(old)} to ${show(now)}${tail}`);
}

/** The kind of media that a format names. */
const mediaOf = (format: Value | undefined) => /^(image|video|audio)_uris?$/.exec(String(format))?.[1];

function compareFormat(old: Value | undefined, now: Value | undefined, pointer: string, note: Note): void {
  const other = mediaOf(old) !== undefined && mediaOf(now) !== undefined && mediaOf(old) !== mediaOf(now);
  note(
    pointer,
    other ? "other" : "neutral",
    `the format changed from ${show(old ?? "none")} to ${show(now ?? "none")}`,
  );
}

/** Whether one step is a whole part of another. */
const divides = (step: Value | undefined, by: Value | undefined) =>
  Number.isInteger(Number(step) / Number(by));

function compareStep(old: Value | undefined, now: Value | undefined, pointer: string, note: Note): void {
  const effect = now === undefined || divides(old, now) ? "wider" : "narrower";
  note(
    pointer,
    effect,
    `values must be multiples of ${show(now ?? "nothing")}; it was ${show(old ?? "nothing")}`,
  );
}

/** What an object may hold beside its properties; a closed object is the documentation's rule. */
export const extrasOf = (schema: Fields): boolean | Fields => {
  const extras = schema["additionalProperties"];
  return isFields(extras) ? extras : extras === true;
};
