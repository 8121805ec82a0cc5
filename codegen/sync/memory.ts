import { createHash } from "node:crypto";
import { compareSpecs } from "../spec/changes.js";
import type { Change } from "../spec/changes.js";
import { compareText } from "../spec/diagnostic.js";
import type { Fields, Value } from "../spec/page/json.js";
import { isFields, sameValue, withoutWording } from "../spec/page/shape.js";

/**
 * What a spec remembers of the catalogue's schema, in its `catalogue` part. `input_seen` where the spec's facts are the
 * catalogue's own: fingerprints of the facts and of the whole. `input_schema`, the facts themselves, where the spec holds others too.
 */
const MEMORY = ["input_seen", "input_schema"];

/** What the catalogue said of the input when the spec was last synced. */
export interface Memory {
  /** The facts; undefined where nobody knows. */
  readonly base: Value | undefined;
  /** Whether the spec's input is the catalogue's to the letter: nobody has reworded it. */
  readonly untouched: boolean;
}

/** Reads what a spec remembers. */
export function recall(spec: Fields): Memory {
  const { input, catalogue } = spec;
  const known = isFields(catalogue) ? catalogue : ({} as Fields);
  const [facts, whole] = String(known["input_seen"] ?? "").split("-");
  if (whole !== undefined && whole === fingerprint(input, false)) return { base: input, untouched: true };
  if (facts !== "" && facts === fingerprint(withoutWording(input ?? null)))
    return { base: withoutWording(input ?? null), untouched: false };
  return { base: known["input_schema"], untouched: false };
}

/** What to remember after a sync that made `merged` of the catalogue's `theirs`. */
export function remember(merged: Value, theirs: Fields): Fields {
  const facts = withoutWording(theirs);
  return sameValue(withoutWording(merged), facts)
    ? { input_seen: `${fingerprint(facts)}-${fingerprint(theirs, false)}` }
    : { input_schema: facts };
}

/** The members of a `catalogue` part that are no memory. */
export const withoutMemory = (catalogue: Value | undefined): Fields =>
  Object.fromEntries(
    Object.entries(isFields(catalogue) ? catalogue : {}).filter(([key]) => !MEMORY.includes(key)),
  );

/** Compares two specs for people: what only `sync` remembers is no change, and a model's first listing is one. */
export function compareForPeople(id: string, before: Fields | null, after: Fields | null): Change[] {
  if (before === null || after === null) return compareSpecs(id, before, after);
  const [old, now] = [withoutMemory(before["catalogue"]), withoutMemory(after["catalogue"])];
  const isFirst = !isFields(before["catalogue"]) || Object.keys(before["catalogue"]).length === 0;
  if (!isFirst || Object.keys(now).length === 0 || now["missing_since"] !== undefined)
    return compareSpecs(id, { ...before, catalogue: old }, { ...after, catalogue: now });
  const first: Change = {
    model: id,
    pointer: "/catalogue",
    kind: now["base_price_usd"] === undefined ? "wording" : "compatible",
    message: `the catalogue lists it: ${Object.keys(now).join(", ")}`,
  };
  return [first, ...compareSpecs(id, { ...before, catalogue: {} }, { ...after, catalogue: {} })];
}

/** A short fingerprint of a value; the order of keys counts only where it is not sorted away. */
function fingerprint(value: Value | undefined, sorted = true): string {
  return createHash("sha256")
    .update(canonical(value ?? null, sorted))
    .digest("hex")
    .slice(0, 16);
}

function canonical(value: Value, sorted: boolean): string {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${value.map((item: Value) => canonical(item, sorted)).join(",")}]`;
  if (!isFields(value)) return JSON.stringify(value);
  const members = Object.entries(value);
  if (sorted) members.sort(([a], [b]) => compareText(a, b));
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item, sorted)}`).join(",")}}`;
}
