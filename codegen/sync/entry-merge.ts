import type { Fields } from "../../src/dialect/notation/fields.js";
import { isFields } from "../../src/dialect/notation/fields.js";
import { sameValue } from "../json/json-value.js";
import { withoutWording } from "../specs/model/schema-wording.js";
import type { Entry } from "./entry.js";
import { recall, remember } from "./sync-memory.js";
import { withoutMemory } from "../changes/visible-changes.js";
import { mergeSchema } from "./schema-merge.js";

/** Members of the `catalogue` part that an entry decides on, even by leaving them out. */
const listedMembers = [
  "display_name",
  "description",
  "categories",
  "kind",
  "base_price_usd",
  "price_unit",
  "pricing_note",
  "price_read",
  "model_url",
  "missing_since",
];

/** A spec that was brought up to date. */
export interface MergedEntry {
  readonly spec: Fields;
  /** Fields that the spec has and the catalogue never listed. */
  readonly unlisted: readonly string[];
  /** Fields that the catalogue lists and the spec has not: they were taken out by hand. */
  readonly omitted: readonly string[];
  /** Fields that were changed both by hand and in the catalogue: the catalogue's facts were taken. */
  readonly overruled: readonly string[];
}

/** Makes a spec of a catalogue entry that has a schema. */
export function specOfEntry(entry: Entry & { readonly input: Fields }, today: string): Fields {
  return {
    catalogue: inOrder({
      ...entry.listed,
      ...readOn({}, entry.listed, today),
      ...remember(entry.input, entry.input),
    }),
    input: entry.input,
  };
}

/**
 * Brings a spec up to date with its catalogue entry. Our title, description, wording of fields, notes, source, example and output
 * stay; the `catalogue` part becomes what the entry says. Without a schema in the entry the input stays.
 */
export function mergeEntry(spec: Fields, entry: Entry, today: string): MergedEntry {
  const before = isFields(spec["catalogue"]) ? spec["catalogue"] : ({} as Fields);
  const kept = Object.fromEntries(Object.entries(before).filter(([key]) => !listedMembers.includes(key)));
  const { input: theirs } = entry;
  const listed = { ...entry.listed, ...readOn(before, entry.listed, today) };
  if (typeof theirs === "string")
    return {
      spec: { ...spec, catalogue: inOrder({ ...kept, ...listed }) },
      unlisted: [],
      omitted: [],
      overruled: [],
    };
  const { base, untouched, forgotten } = recall(spec, theirs);
  const ours = spec["input"];
  const input = untouched || !isFields(ours) ? theirs : mergeSchema(ours, base, theirs);
  const catalogue = { ...withoutMemory(kept), ...listed, ...remember(input, theirs) };
  const [now, merged, own] = [theirs, input, ours].map((schema) =>
    isFields(schema) && isFields(schema["properties"]) ? schema["properties"] : ({} as Fields),
  );
  const without = (fields: Fields, others: Fields): string[] =>
    Object.keys(fields).filter((name) => !Object.hasOwn(others, name));
  const isOverruled = (name: string): boolean =>
    Object.hasOwn(own!, name) &&
    !sameValue(withoutWording(own![name] ?? null), withoutWording(merged![name] ?? null));
  return {
    spec: { ...spec, catalogue: inOrder(catalogue), input },
    unlisted: without(merged!, now!),
    omitted: without(now!, merged!),
    overruled: forgotten.filter(isOverruled),
  };
}

/**
 * The day on which the price was read: today for a new price. An unchanged price keeps its day, so that sync does not touch the
 * file.
 */
function readOn(before: Fields, listed: Fields, today: string): Fields {
  if (listed["base_price_usd"] === undefined) return {};
  const isSame = ["base_price_usd", "price_unit", "pricing_note"].every((name) =>
    sameValue(before[name], listed[name]),
  );
  if (!isSame) return { price_read: today };
  const { price_read: day } = before;
  return day === undefined ? {} : { price_read: day };
}

/** A spec whose model the catalogue lists no more, marked with the day on which that was seen first. */
export function markMissing(spec: Fields, today: string): Fields {
  return {
    ...spec,
    catalogue: inOrder({ ...(isFields(spec["catalogue"]) ? spec["catalogue"] : {}), missing_since: today }),
  };
}

/** Tells whether the catalogue is known to have listed a spec's model, and not yet known to have dropped it. */
export function wasListed({ catalogue }: Fields): boolean {
  return isFields(catalogue) && catalogue["missing_since"] === undefined && Object.keys(catalogue).length > 0;
}

function inOrder(catalogue: Fields): Fields {
  const rest = Object.keys(catalogue).filter((key) => !listedMembers.includes(key));
  const keys = [...listedMembers.filter((key) => catalogue[key] !== undefined), ...rest];
  return Object.fromEntries(keys.map((key) => [key, catalogue[key]!]));
}
