import { alternativesOf, uniteValues } from "./alternatives.js";
import { compareProperties, sameOrder } from "./field-changes.js";
import { choiceOf, isOuter, writeInFormOf, viewOf } from "./schema-forms.js";
import { compareMediaRules } from "./media-changes.js";
import { show } from "./change-kinds.js";
import { compareKeywords, extrasOf } from "./keyword-changes.js";
import type { Effect, Note, Place, Side } from "./change-kinds.js";
import { matchBranches } from "./branch-pairs.js";
import type { Fields, Value } from "../../src/dialect/notation/fields.js";
import { isFields } from "../../src/dialect/notation/fields.js";
import { sameValue } from "../json/json-value.js";

/** The most parts that are compared: schemas that refer to themselves unfold without end. */
const mostParts = 20_000;

/** Compares the whole schema of a side. */
export function compareRoots(
  before: Value | undefined,
  after: Value | undefined,
  side: Side,
  note: Note,
): void {
  const [old, now] = [before, after].map((schema) => (isFields(schema) ? schema : ({} as Fields)));
  const linked = hasReference(before) || hasReference(after);
  const pointer = `/${side}`;
  const roots = { old: old!, now: now!, pointer, linked, budget: { left: mostParts } };
  compareSchemas(before, after, {
    pointer,
    side,
    note,
    applied: false,
    roots,
    trail: [],
    compare: compareSchemas,
  });
}

function hasReference(value: Value | undefined): boolean {
  return Array.isArray(value)
    ? value.some((item: Value) => hasReference(item))
    : isFields(value) && (Object.hasOwn(value, "$ref") || Object.values(value).some(hasReference));
}

function compareSchemas(before: Value | undefined, after: Value | undefined, place: Place): void {
  const { pointer, note, roots } = place;
  const isSame = sameValue(before, after) && sameOrder(before, after);
  if (isSame && !roots.linked) return;
  if (!isFields(before) || !isFields(after)) {
    if (!sameValue(before, after))
      note(pointer, "other", `the schema changed from ${show(before ?? "none")} to ${show(after ?? "none")}`);
    return;
  }
  const step = before["$ref"] && after["$ref"] ? `${show(before["$ref"])} ${show(after["$ref"])}` : undefined;
  // References that lead back to themselves would be compared for ever.
  if (step !== undefined && place.trail.includes(step)) return;
  roots.budget.left -= 1;
  if (roots.budget.left <= 0) return note(roots.pointer, "other", "the schema is too large to be compared");
  let told = 0;
  const tell: Note = (...change) => {
    told += 1;
    note(...change);
  };
  const [old, now] = [viewOf(before, roots.old), viewOf(after, roots.now)];
  const trail = step === undefined ? place.trail : [...place.trail, step];
  const at = { ...place, trail, note: tell, pointer: sharedPlace(before, after, roots.pointer) ?? pointer };
  compareForms(writeInFormOf(old, now), writeInFormOf(now, old), at);
  if (told === 0 && !isSame) note(pointer, "neutral", "the same is written in another way");
}

/** Finds the place of the definition that both schemas are nothing but a reference to. */
function sharedPlace(before: Fields, after: Fields, root: string): string | undefined {
  const { $ref } = after;
  const isShared = typeof $ref === "string" && sameValue(before, after) && Object.keys(after).length === 1;
  return isShared && $ref.startsWith("#/") ? root + $ref.slice(1) : undefined;
}

function compareForms(old: Fields, now: Fields, place: Place): void {
  const [left, right] = [choiceOf(old), choiceOf(now)];
  if (left === undefined && right === undefined) return compareFacts(old, now, place);
  const pointer = `${place.pointer}/${right ?? left!}`;
  if (left !== undefined && right !== undefined) {
    const { [left]: before, ...besideOld } = old;
    const { [right]: after, ...besideNow } = now;
    compareFacts(besideOld, besideNow, place);
    return compareAlternatives({ [left]: before! }, { [right]: after! }, pointer, place);
  }
  // One schema lists alternatives, and the other has types only.
  const [besideOld, besideNow] = [old, now].map(annotationsOf);
  compareKeywords(besideOld!, besideNow!, place.pointer, place.applied, place.note);
  const [before, after] = [old, now].map((schema) =>
    Object.fromEntries(Object.entries(schema).filter(([key]) => !isOuter(key))),
  );
  compareAlternatives(before!, after!, pointer, place);
}

function annotationsOf(schema: Fields): Fields {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => isOuter(key)));
}

/** Compares alternatives. One that is gone or new counts only where no other alternative takes the same values. */
function compareAlternatives(before: Fields, after: Fields, pointer: string, place: Place): void {
  const { roots, note, compare } = place;
  const inner = { ...place, applied: false, isCondition: true };
  const old = uniteValues(alternativesOf(before, roots.old, place.pointer));
  const now = uniteValues(alternativesOf(after, roots.now, place.pointer));
  const [left, right] = [old, now].map((list) => list.map(({ schema }) => schema));
  const pairs = matchBranches(right!, left!);
  let told = 0;
  const tell: Note = (...change) => {
    told += 1;
    note(...change);
  };
  for (const [at, { schema, pointer: branch }] of now.entries()) {
    const pair = pairs[at];
    if (pair !== undefined) compare(left![pair], schema, { ...inner, note: tell, pointer: branch });
    else if (!left!.some((each) => isWithin(schema, each, swap(inner))))
      tell(pointer, "wider", `it may be ${show(schema)} too`);
  }
  for (const [at, schema] of left!.entries())
    if (!pairs.includes(at) && !right!.some((each) => isWithin(schema, each, inner)))
      tell(pointer, "narrower", `it may no longer be ${show(schema)}`);
  if (told === 0 && left!.length === right!.length && pairs.some((pair, at) => pair !== at))
    note(pointer, "wording", "the alternatives are listed in another order");
}

function swap(place: Place): Place {
  return {
    ...place,
    roots: { ...place.roots, old: place.roots.now, now: place.roots.old },
  };
}

/** Tells whether every value of one schema is one of the other. */
function isWithin(one: Fields, other: Fields, place: Place): boolean {
  const effects = new Set<Effect>();
  place.compare(one, other, { ...place, note: (_, effect) => effects.add(effect) });
  return !effects.has("narrower") && !effects.has("other");
}

function compareFacts(before: Fields, after: Fields, place: Place): void {
  const { pointer, note, applied } = place;
  compareKeywords(before, after, pointer, applied, note);
  compareMediaRules(before["validations"], after["validations"], `${pointer}/validations`, note);
  compareProperties(before, after, place);
  const below = { ...place, isCondition: false };
  compareItems(before["items"], after["items"], { ...below, pointer: `${pointer}/items` });
  compareExtras(before, after, { ...below, pointer: `${pointer}/additionalProperties` });
  compareConditions(before["allOf"], after["allOf"], { ...place, pointer: `${pointer}/allOf` });
}

function compareItems(before: Value | undefined, after: Value | undefined, place: Place): void {
  const { pointer, note } = place;
  if (before === undefined && after === undefined) return;
  if (before === undefined && !sameValue(after, {}))
    note(pointer, "narrower", `items must be like ${show(after)}; nothing was said`);
  else if (after === undefined && !sameValue(before, {}))
    note(pointer, "wider", "nothing is said of the items any more");
  else place.compare(before ?? {}, after ?? {}, { ...place, applied: false });
}

function compareExtras(before: Fields, after: Fields, place: Place): void {
  const [old, now] = [extrasOf(before), extrasOf(after)];
  if (isFields(old) && isFields(now)) return place.compare(old, now, { ...place, applied: false });
  if (sameValue(old, now)) return;
  // Readers of an output do not use fields that are not documented.
  const effect: Effect =
    place.side === "output" ? "neutral" : now === true || old === false ? "wider" : "narrower";
  place.note(
    place.pointer,
    effect,
    now === false
      ? "fields that are not documented are no longer taken"
      : "fields that are not documented are taken",
  );
}

/** Compares the parts of two `allOf`: a value must fit all of them. */
function compareConditions(before: Value | undefined, after: Value | undefined, place: Place): void {
  const [old, now] = [before, after].map((list) => (Array.isArray(list) ? (list as readonly Value[]) : []));
  const pairs = matchBranches(now!, old!);
  for (const [at, schema] of now!.entries()) {
    const [pair, pointer] = [pairs[at], `${place.pointer}/${at}`];
    if (pair !== undefined)
      place.compare(old![pair], schema, { ...place, pointer, applied: false, isCondition: true });
    else place.note(pointer, "narrower", `it must be like ${show(schema)}`);
  }
  for (const [at, schema] of old!.entries())
    if (!pairs.includes(at))
      place.note(place.pointer, "wider", `it need not be like ${show(schema)} any more`);
}
