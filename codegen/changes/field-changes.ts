import { show } from "./change-kinds.js";
import type { Note, Place } from "./change-kinds.js";
import { pointerTo } from "../../src/errors/issue.js";
import type { Fields, Value } from "../../src/dialect/notation/fields.js";
import { isFields } from "../../src/dialect/notation/fields.js";
import { sameValue } from "../json/json-value.js";

/** Compares the fields of two objects: their names, which of them are required, their schemas, and their order. */
export function compareProperties(before: Fields, after: Fields, place: Place): void {
  const { pointer, side, note, compare } = place;
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  const [neededBefore, needed] = [namesIn(before["required"]), namesIn(after["required"])];
  for (const name of Object.keys(old)) {
    const at = `${pointer}/properties${pointerTo(name)}`;
    if (!Object.hasOwn(now, name)) {
      note(at, side === "input" ? "narrower" : "wider", `the field ${name} is gone`);
      continue;
    }
    const applied = side === "input" && !neededBefore.has(name) && !needed.has(name);
    compare(old[name], now[name], { ...place, pointer: at, applied, isCondition: false });
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
      `${pointer}/properties${pointerTo(name)}`,
      must ? "narrower" : "neutral",
      `the ${must ? "required " : ""}field ${name} is new`,
    );
  }
  if (place.isCondition)
    compareNeeds(findNamesWithoutField(neededBefore, old), findNamesWithoutField(needed, now), pointer, note);
  else compareNames(old, now, neededBefore, needed, pointer, note);
}

/** Compares the required names of a condition, which may require fields that are described beside it. */
function compareNeeds(
  before: readonly string[],
  after: readonly string[],
  pointer: string,
  note: Note,
): void {
  for (const name of after)
    if (!before.includes(name)) note(`${pointer}/required`, "narrower", `the field ${name} is now required`);
  for (const name of before)
    if (!after.includes(name))
      note(`${pointer}/required`, "wider", `the field ${name} is no longer required`);
}

/** Finds the listed names that no field has. */
function findNamesWithoutField(names: Set<string>, fields: Fields) {
  return [...names].filter((name) => !Object.hasOwn(fields, name)).sort();
}

/** Compares the lists of names beyond the fields: their order, and names that no field has. */
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
  const [left, right] = [findNamesWithoutField(neededBefore, old), findNamesWithoutField(needed, now)];
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

function fieldsOf(schema: Fields): Fields {
  return isFields(schema["properties"]) ? schema["properties"] : {};
}
function namesIn(list: Value | undefined): Set<string> {
  return new Set(Array.isArray(list) ? list.map(String) : []);
}

/** Tells whether the fields that both have come in the same order, at every level where `deep`. */
export function sameOrder(before: Value | undefined, after: Value | undefined, deep = true): boolean {
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
