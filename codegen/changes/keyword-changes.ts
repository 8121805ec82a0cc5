import { isAnnotation } from "./schema-forms.js";
import { show } from "./change-kinds.js";
import type { Note } from "./change-kinds.js";
import { compareLimit, compareMovedLimits, isLimit } from "./limit-changes.js";
import { takes, typesOf } from "./type-names.js";
import { isFields } from "../../src/dialect/notation/fields.js";
import { sameValue } from "../json/json-value.js";
import { withoutWording } from "../specs/model/schema-wording.js";
import type { Fields, Value } from "../../src/dialect/notation/fields.js";
import { pointerTo } from "../../src/errors/issue.js";

const structural = new Set([
  "properties",
  "required",
  "items",
  "additionalProperties",
  "validations",
  "allOf",
]);

/** Compares every keyword of two schemas that speaks of the schema itself, not of what it contains. */
export function compareKeywords(
  before: Fields,
  after: Fields,
  pointer: string,
  applied: boolean,
  note: Note,
): void {
  const moved = compareMovedLimits(before, after, pointer, note);
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (structural.has(key) || moved.has(key) || sameValue(before[key], after[key])) continue;
    compareKeyword(key, before[key], after[key], pointer + pointerTo(key), applied, note);
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
  else if (isLimit(key)) compareLimit(key, old, now, pointer, note);
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
  const narrower = left === undefined || [...left].some((type) => !takes(right, type));
  const wider = right === undefined || [...right].some((type) => !takes(left, type));
  const effect =
    left === undefined && right !== undefined
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

/** Lists the values of the second list that the first does not have. */
function missingFrom(list: readonly Value[], values: readonly Value[]): Value[] {
  const known = new Set(list.map(identity));
  return values.filter((value) => !known.has(identity(value)));
}

function identity(value: Value): string {
  return `${typeof value === "bigint" ? "number" : typeof value} ${toJsonText(value)}`;
}
function toJsonText(value: Value): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? String(item) : item)) ?? "";
}

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

/** Reads the kind of media that a format names. */
function mediaOf(format: Value | undefined) {
  return /^(image|video|audio)_uris?$/.exec(String(format))?.[1];
}

function compareFormat(old: Value | undefined, now: Value | undefined, pointer: string, note: Note): void {
  const other = mediaOf(old) !== undefined && mediaOf(now) !== undefined && mediaOf(old) !== mediaOf(now);
  note(
    pointer,
    other ? "other" : "neutral",
    `the format changed from ${show(old ?? "none")} to ${show(now ?? "none")}`,
  );
}

/** Tells whether one step is a whole part of another. */
function divides(step: Value | undefined, by: Value | undefined) {
  return Number.isInteger(Number(step) / Number(by));
}

function compareStep(old: Value | undefined, now: Value | undefined, pointer: string, note: Note): void {
  const effect = now === undefined || divides(old, now) ? "wider" : "narrower";
  note(
    pointer,
    effect,
    `values must be multiples of ${show(now ?? "nothing")}; it was ${show(old ?? "nothing")}`,
  );
}

/** Reads which fields an object may hold beside its properties; unless stated, the documentation means none. */
export function extrasOf(schema: Fields): boolean | Fields {
  const extras = schema["additionalProperties"];
  return isFields(extras) ? extras : extras === true;
}
