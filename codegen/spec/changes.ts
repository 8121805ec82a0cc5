import { compareMediaRules } from "./change-media.js";
import {
  compareKeywords,
  extrasOf,
  kindOf,
  show,
  type Effect,
  type Kind,
  type Note,
  type Side,
} from "./change-rules.js";
import { bareStandardOutput } from "./standard-output.js";
import { pointerStep, type Fields, type Value } from "./page/json.js";
import { isFields, sameValue } from "./page/shape.js";

/** One difference between two specs of a model. */
export interface Change {
  readonly model: string;
  /** Where in the spec file, as a JSON pointer. */
  readonly pointer: string;
  /**
   * `breaking` stops code that worked; `compatible` does not; `wording` changes nothing but what people read.
   * A changed default of an optional field is compatible: every call stays valid, though calls without the field give another result.
   */
  readonly kind: Kind;
  /** A sentence without its full stop. */
  readonly message: string;
}

/**
 * Compares two specs of a model as their files have them; null stands for no spec.
 *
 * Pure and complete: two specs without a change between them are equal but for the order of keys, `$schema` and `source.read`.
 */
export function compareSpecs(model: string, before: object | null, after: object | null): Change[] {
  if (before === null || after === null) {
    if (before === after) return [];
    const gone = after === null;
    return [
      {
        model,
        pointer: "",
        kind: gone ? "breaking" : "compatible",
        message: gone ? "the model is gone" : "the model is new",
      },
    ];
  }
  const changes: Change[] = [];
  const [old, now] = [before as Fields, after as Fields];
  const noteOn =
    (side: Side): Note =>
    (pointer, effect, message) =>
      changes.push({ model, pointer, kind: kindOf(effect, side), message });
  compareSchemas(old["input"], now["input"], "/input", "input", noteOn("input"));
  compareSchemas(
    old["output"] ?? bareStandardOutput,
    now["output"] ?? bareStandardOutput,
    "/output",
    "output",
    noteOn("output"),
  );
  compareListings(old["catalogue"], now["catalogue"], noteOn("input"));
  compareRest(old, now, noteOn("input"));
  return changes;
}

function compareRest(old: Fields, now: Fields, note: Note): void {
  const known = new Set(["$schema", "input", "output", "catalogue", "source"]);
  for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
    if (known.has(key) || sameValue(old[key], now[key])) continue;
    note(
      pointerStep(key),
      "wording",
      old[key] === undefined ? `${key} is new` : now[key] === undefined ? `${key} is gone` : `${key} changed`,
    );
  }
  const { read: _then, ...left } = isFields(old["source"]) ? old["source"] : ({} as Fields);
  const { read: _now, ...right } = isFields(now["source"]) ? now["source"] : ({} as Fields);
  if (!sameValue(left, right))
    note("/source", "wording", `source changed from ${show(left)} to ${show(right)}`);
}

/** Prices matter to programs but break none; a model that the catalogue lost does. */
function compareListings(before: Value | undefined, after: Value | undefined, note: Note): void {
  const [old, now] = [isFields(before) ? before : {}, isFields(after) ? after : {}];
  for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
    if (sameValue(old[key], now[key])) continue;
    const effect: Effect =
      key === "missing_since"
        ? now[key] === undefined
          ? "neutral"
          : "other"
        : /^(base_price_usd|price_unit|kind)$/.test(key)
          ? "neutral"
          : "wording";
    note(
      `/catalogue${pointerStep(key)}`,
      effect,
      key === "missing_since" && old[key] === undefined
        ? `the catalogue lists the model no more, since ${show(now[key])}`
        : `${key} changed from ${show(old[key])} to ${show(now[key])}`,
    );
  }
}

function compareSchemas(
  before: Value | undefined,
  after: Value | undefined,
  pointer: string,
  side: Side,
  note: Note,
  applied = false,
): void {
  if (sameValue(before, after) && sameOrder(before, after)) return;
  if (!isFields(before) || !isFields(after)) {
    if (!sameValue(before, after))
      note(pointer, "other", `the schema changed from ${show(before ?? "none")} to ${show(after ?? "none")}`);
    return;
  }
  compareKeywords(before, after, pointer, applied, note);
  compareMediaRules(before["validations"], after["validations"], `${pointer}/validations`, note);
  compareProperties(before, after, pointer, side, note);
  compareItems(before["items"], after["items"], `${pointer}/items`, side, note);
  compareExtras(before, after, `${pointer}/additionalProperties`, side, note);
}

function compareItems(
  before: Value | undefined,
  after: Value | undefined,
  pointer: string,
  side: Side,
  note: Note,
): void {
  if (before === undefined && after === undefined) return;
  if (before === undefined && !sameValue(after, {}))
    note(pointer, "narrower", `items must be like ${show(after)}; nothing was said`);
  else if (after === undefined && !sameValue(before, {}))
    note(pointer, "wider", "nothing is said of the items any more");
  else compareSchemas(before ?? {}, after ?? {}, pointer, side, note);
}

function compareProperties(before: Fields, after: Fields, pointer: string, side: Side, note: Note): void {
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  const [neededBefore, needed] = [namesIn(before["required"]), namesIn(after["required"])];
  for (const name of Object.keys(old)) {
    const at = `${pointer}/properties${pointerStep(name)}`;
    if (!Object.hasOwn(now, name)) {
      note(at, side === "input" ? "narrower" : "wider", `the field ${name} is gone`);
      continue;
    }
    const applied = side === "input" && !neededBefore.has(name) && !needed.has(name);
    compareSchemas(old[name], now[name], at, side, note, applied);
    if (neededBefore.has(name) !== needed.has(name)) {
      const must = needed.has(name);
      note(
        `${pointer}/required`,
        must ? "narrower" : "wider",
        `the field ${name} is ${must ? "now required" : "no longer required"}`,
      );
    }
  }
  for (const name of Object.keys(now)) {
    if (Object.hasOwn(old, name)) continue;
    const must = needed.has(name) && side === "input";
    note(
      `${pointer}/properties${pointerStep(name)}`,
      must ? "narrower" : "neutral",
      `the ${must ? "required " : ""}field ${name} is new`,
    );
  }
  compareNames(old, now, neededBefore, needed, pointer, note);
}

/** The names that no field has. */
const idle = (names: Set<string>, fields: Fields) =>
  [...names].filter((name) => !Object.hasOwn(fields, name)).sort();

/** What the lists of names say beyond the fields: their order, and names that no field has. */
function compareNames(
  old: Fields,
  now: Fields,
  neededBefore: Set<string>,
  needed: Set<string>,
  pointer: string,
  note: Note,
): void {
  if (!sameOrder({ properties: old }, { properties: now }, false)) {
    note(`${pointer}/properties`, "wording", "the fields are documented in another order");
  }
  if (sameValue([...neededBefore].sort(), [...needed].sort()) && !sameValue([...neededBefore], [...needed])) {
    note(`${pointer}/required`, "wording", "the required fields are listed in another order");
  }
  const [left, right] = [idle(neededBefore, old), idle(needed, now)];
  if (
    !sameValue(
      left.filter((name) => !Object.hasOwn(now, name)),
      right.filter((name) => !Object.hasOwn(old, name)),
    )
  ) {
    note(
      `${pointer}/required`,
      "wording",
      `required names ${show(right)}, which are no fields; it named ${show(left)}`,
    );
  }
}

function compareExtras(before: Fields, after: Fields, pointer: string, side: Side, note: Note): void {
  const [old, now] = [extrasOf(before), extrasOf(after)];
  if (sameValue(old, now)) return;
  if (isFields(old) && isFields(now)) return compareSchemas(old, now, pointer, side, note);
  // A reader of an output never counts on what is not documented.
  const effect: Effect = side === "output" ? "neutral" : now === true || old === false ? "wider" : "narrower";
  note(
    pointer,
    effect,
    now === false
      ? "fields that are not documented are no longer taken"
      : "fields that are not documented are taken",
  );
}

const fieldsOf = (schema: Fields): Fields => (isFields(schema["properties"]) ? schema["properties"] : {});
const namesIn = (list: Value | undefined): Set<string> =>
  new Set(Array.isArray(list) ? list.map(String) : []);

/** Tells whether the fields that both have come in the same order, at every level where `deep`. */
function sameOrder(before: Value | undefined, after: Value | undefined, deep = true): boolean {
  if (Array.isArray(before) && Array.isArray(after))
    return before.every((item: Value, index) => sameOrder(item, (after as readonly Value[])[index]));
  if (!isFields(before) || !isFields(after)) return true;
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  const common = Object.keys(old).filter((name) => Object.hasOwn(now, name));
  const order = Object.keys(now).filter((name) => Object.hasOwn(old, name));
  if (common.some((name, index) => name !== order[index])) return false;
  return (
    !deep ||
    Object.keys(before).every((key) =>
      key === "properties"
        ? common.every((name) => sameOrder(old[name], now[name]))
        : sameOrder(before[key], after[key]),
    )
  );
}
