import { typesOf } from "../changes/type-names.js";
import type { Fields, Value } from "../../src/dialect/notation/fields.js";
import { emptyFields, isFields } from "../../src/dialect/notation/fields.js";
import { sameValue } from "../json/json-value.js";
import { withoutWording } from "../specs/model/schema-wording.js";

/** The same place in three schemas: the spec's, the catalogue's at the last sync, and the catalogue's now. */
export interface Three {
  readonly ours: Value | undefined;
  /** Undefined where the catalogue said nothing, or where nobody remembers. */
  readonly base: Value | undefined;
  readonly theirs: Value | undefined;
}

/** The three schemas in which such a place is a keyword. */
export interface Around {
  readonly ours: Fields;
  readonly before: Fields;
  readonly theirs: Fields;
}

/** The rules of {@link mergeSchema} for a value that is taken whole. */
export function mergeFact({ ours, base, theirs }: Three): Value | undefined {
  if (theirs === undefined) return base !== undefined && sameFacts(ours, base) ? undefined : ours;
  if (base !== undefined && sameFacts(base, theirs)) return ours;
  return ours !== undefined && sameValue(ours, theirs) ? ours : theirs;
}

/** Tells whether two values are equal but for their wording. */
export function sameFacts(left: Value | undefined, right: Value | undefined): boolean {
  return sameValue(withoutWording(left ?? null), withoutWording(right ?? null));
}

/**
 * Tells whether the catalogue states the same of a name as at the last sync: a name that the spec lacks was then removed by hand.
 */
export function isKnown(name: string, before: Fields, theirs: Fields): boolean {
  return Object.hasOwn(before, name) && sameFacts(before[name], theirs[name]);
}

/**
 * Merges two lists of required names. The catalogue decides on the fields that it lists; a page's statements on other fields stay,
 * and so do changes by hand.
 */
export function mergeRequired({ ours, base, theirs }: Three, around: Around): Value | undefined {
  if ([ours, theirs].some((list) => list !== undefined && !Array.isArray(list)))
    return mergeFact({ ours, base, theirs });
  const [before, now] = [namesIn(base), namesIn(theirs)];
  const [own, old, listed] = [around.ours, around.before, around.theirs].map(fieldsOf);
  const stays = (name: string): boolean =>
    now.has(name) || (!before.has(name) && (!Object.hasOwn(listed!, name) || Object.hasOwn(old!, name)));
  const isGone = (name: string): boolean => Object.hasOwn(old!, name) && !Object.hasOwn(listed!, name);
  const isTakenOut = (name: string): boolean =>
    before.has(name) || (!Object.hasOwn(own!, name) && isKnown(name, old!, listed!));
  const kept = [...namesIn(ours)].filter((name) => stays(name) && !isGone(name));
  const merged = [...kept, ...[...now].filter((name) => !kept.includes(name) && !isTakenOut(name))];
  return merged.length === 0 && (ours === undefined || theirs === undefined) ? undefined : merged;
}

/** Merges two types. A page may state more types than the catalogue ever has; otherwise the catalogue's are right. */
export function mergeType(three: Three): Value | undefined {
  const [ours, base, theirs] = [three.ours, three.base, three.theirs].map(typesOf);
  if (!ours || !theirs) return mergeFact(three);
  const extra = [...ours].filter((type) => !theirs.has(type));
  const isWider = [...theirs].every((type) => ours.has(type)) && !extra.some((type) => base?.has(type));
  return isWider ? three.ours : mergeFact(three);
}

/** Tells whether the merged type has nothing in common with the spec's. */
export function isOtherType(three: Three): boolean {
  const [ours, now] = [typesOf(three.ours), typesOf(mergeType(three))];
  if (!ours || !now) return false;
  const kindOf = (type: string): string => (type === "integer" ? "number" : type);
  const kinds = new Set([...ours].map(kindOf));
  return ![...now].some((type) => kinds.has(kindOf(type)));
}

/** The fields of a schema; none where it has none. */
export function fieldsOf({ properties }: Fields): Fields {
  return isFields(properties) ? properties : emptyFields();
}

/** The names in a list such as `required`. */
export function namesIn(list: Value | undefined): Set<string> {
  return new Set(
    Array.isArray(list) ? list.filter((name: Value) => typeof name === "string").map(String) : [],
  );
}

/** Tells whether two lists hold the same values, in any order. */
export function sameMembers(left: Value | undefined, right: Value | undefined): boolean {
  if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
  const others = right as readonly Value[];
  return left.every((value: Value) => others.some((other) => sameValue(value, other)));
}
