import { typesOf } from "../changes/type-names.js";
import type { Fields, Value } from "../../src/dialect/notation/fields.js";
import { emptyFields, isFields } from "../../src/dialect/notation/fields.js";
import { wordingKeywords } from "../../src/dialect/notation/wording-keywords.js";
import { matchBranches } from "../changes/branch-pairs.js";
import {
  isKnown,
  isOtherType,
  mergeFact,
  mergeRequired,
  mergeType,
  namesIn,
  sameFacts,
  sameMembers,
} from "./fact-merge.js";
import type { Around, Three } from "./fact-merge.js";

const mediaFormat = /^(?:image|video|audio)_uris?$/;
/** Keywords that speak of a schema, not of the values that it takes. */
function annotates(key: string): boolean {
  return wordingKeywords.has(key) || key.startsWith("x-") || key === "$defs";
}

/**
 * Brings what the catalogue says now into the schema of a spec.
 *
 * - What the catalogue states, and did not state just so last time, wins: it is what the service takes today.
 * - What it states as it did last time, and the spec has otherwise, was changed in the spec on purpose and stays.
 * - What it never stated stays: a page documents things that the catalogue does not show.
 * - What it stated last time and states no more goes, unless the spec has it otherwise.
 * - Wording stays wherever the spec has any.
 */
export function mergeSchema(ours: Value, base: Value | undefined, theirs: Value, needed = false): Value {
  if (!isFields(ours) || !isFields(theirs)) return mergeFact({ ours, base, theirs })!;
  const before = isFields(base) ? base : emptyFields();
  if (isChoice(ours) && !isChoice(theirs) && !isChoice(before)) return mergeIntoChoice(ours, before, theirs);
  const isOther = isOtherType({ ours: ours["type"], base: before["type"], theirs: theirs["type"] });
  const merged = emptyFields();
  for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    // Limits and values of another type mean nothing for the new one.
    const own = isOther && !annotates(key) && theirs[key] === undefined ? undefined : ours[key];
    const three = { ours: own, base: before[key], theirs: theirs[key] };
    const value =
      key === "default" && needed && own !== undefined
        ? own
        : mergeKeyword(key, three, { ours, before, theirs });
    if (value !== undefined) merged[key] = value;
  }
  return merged;
}

function mergeKeyword(key: string, three: Three, around: Around): Value | undefined {
  const { ours, base, theirs } = three;
  if (wordingKeywords.has(key)) return typeof ours === "string" && ours !== "" ? ours : (theirs ?? ours);
  switch (key) {
    case "properties":
      return mergeProperties(three, around);
    case "$defs":
    case "definitions":
      return mergeMap(three, () => false);
    case "required":
      return mergeRequired(three, around);
    case "validations":
      return mergeRules(three);
    case "type":
      return mergeType(three);
    case "format":
      return mediaFormat.test(String(ours)) && !mediaFormat.test(String(theirs)) && base !== ours
        ? ours
        : mergeFact(three);
    case "enum":
      return sameMembers(ours, theirs) ? ours : mergeFact(three);
    case "items":
    case "additionalProperties":
      return isFields(ours) && isFields(theirs) ? mergeSchema(ours, base, theirs) : mergeFact(three);
    case "anyOf":
    case "oneOf":
    case "allOf":
      return mergeChoices(three);
    default:
      return mergeFact(three);
  }
}

function mergeProperties(three: Three, around: Around): Value | undefined {
  const [ours, base, theirs] = [around.ours, around.before, around.theirs].map(
    (schema) => schema["required"],
  );
  const needed = namesIn(mergeRequired({ ours, base, theirs }, around));
  return mergeMap(three, (name) => needed.has(name));
}

/** Named schemas: those of the spec in their order, then the new ones in the catalogue's. */
function mergeMap({ ours, base, theirs }: Three, isNeeded: (name: string) => boolean): Value | undefined {
  if (!isFields(ours) || !isFields(theirs)) return mergeFact({ ours, base, theirs });
  const before = isFields(base) ? base : emptyFields();
  const merged = emptyFields();
  for (const [name, schema] of Object.entries(ours)) {
    const now = theirs[name];
    if (now !== undefined) merged[name] = mergeSchema(schema, before[name], now, isNeeded(name));
    else if (!Object.hasOwn(before, name)) merged[name] = schema;
  }
  for (const [name, schema] of Object.entries(theirs))
    if (!Object.hasOwn(ours, name) && !isKnown(name, before, theirs)) merged[name] = schema;
  return merged;
}

/** Merges media rules one by one, because pages show rules that the catalogue does not. */
function mergeRules({ ours, base, theirs }: Three): Value | undefined {
  if (!Array.isArray(ours) || (theirs !== undefined && !Array.isArray(theirs)))
    return mergeFact({ ours, base, theirs });
  const [old, now] = [rulesOf(base), rulesOf(theirs)];
  const merged: Value[] = [];
  for (const [name, rule] of rulesOf(ours)) {
    const value = mergeSchema(rule, old.get(name), now.get(name) ?? rule);
    if (now.has(name) || !old.has(name)) merged.push(value);
  }
  for (const [name, rule] of now)
    if (!rulesOf(ours).has(name) && !sameFacts(old.get(name) ?? null, rule)) merged.push(rule);
  return merged.length === 0 ? undefined : merged;
}

function rulesOf(list: Value | undefined): Map<string, Value> {
  const rules = new Map<string, Value>();
  if (!Array.isArray(list)) return rules;
  for (const rule of list as readonly Value[]) {
    const name = isFields(rule) ? String(rule["validation_rule"]).replace(/\s/g, "") : JSON.stringify(rule);
    // Two limits on one side are two facts.
    rules.set(rules.has(name) ? `${name} ${rules.size}` : name, rule);
  }
  return rules;
}

/** Tells whether a schema is one of several alternatives. Beside fields they are conditions, which a page states and no catalogue shows. */
function isChoice(schema: Fields): boolean {
  return (
    schema["properties"] === undefined && (Array.isArray(schema["anyOf"]) || Array.isArray(schema["oneOf"]))
  );
}

/** Brings one alternative up to date where a page lists several and the catalogue knows only that one. */
function mergeIntoChoice(ours: Fields, before: Fields, theirs: Fields): Fields {
  const key = Array.isArray(ours["anyOf"]) ? "anyOf" : "oneOf";
  const branches = ours[key] as readonly Value[];
  const outer = Object.fromEntries(
    Object.entries(theirs).filter(([name]) => wordingKeywords.has(name) || name === "default"),
  );
  const inner = { ...theirs };
  for (const name of Object.keys(outer)) delete inner[name];
  const types = typesOf(theirs["type"]);
  const at = branches.findIndex(
    (branch) =>
      isFields(branch) &&
      ((theirs["enum"] !== undefined && branch["enum"] !== undefined) ||
        [...(typesOf(branch["type"]) ?? [])].some((type) => types?.has(type))),
  );
  const own = { ...ours };
  delete own[key];
  const merged = mergeSchema(own, before, { ...emptyFields(), ...outer }) as Fields;
  const fits = (branch: Value): Value => mergeSchema(branch, before, inner);
  const list =
    at >= 0
      ? branches.map((branch, index) => (index === at ? fits(branch) : branch))
      : sameFacts(before, theirs)
        ? branches
        : [...branches, inner];
  return { ...merged, [key]: Object.keys(inner).length === 0 ? branches : list };
}

/** Alternatives keep their wording wherever they stand. They come in the catalogue's order, but where it says nothing new. */
function mergeChoices({ ours, base, theirs }: Three): Value | undefined {
  if (!Array.isArray(ours) || !Array.isArray(theirs)) return mergeFact({ ours, base, theirs });
  const [own, now, old] = [ours, theirs, Array.isArray(base) ? base : []] as readonly Value[][];
  const [ownByNow, oldByNow, oldByOwn] = [
    matchBranches(now!, own!),
    matchBranches(now!, old!),
    matchBranches(own!, old!),
  ];
  const nowByOwn = own!.map((_, at) => ownByNow.indexOf(at));
  function merge(at: number): Value {
    const [mine, before] = [ownByNow[at], oldByNow[at]];
    const known = before === undefined ? undefined : old![before];
    return mine === undefined ? now![at]! : mergeSchema(own![mine]!, known, now![at]!);
  }
  if (base !== undefined && sameFacts(base, theirs))
    return own!.map((branch, at) => (nowByOwn[at]! < 0 ? branch : merge(nowByOwn[at]!)));
  const documented = own!.filter((_, at) => nowByOwn[at]! < 0 && oldByOwn[at] === undefined);
  return [...now!.map((_, at) => merge(at)), ...documented];
}
