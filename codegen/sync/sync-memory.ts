import { compareSpecs } from "../changes/spec-changes.js";
import type { Change } from "../changes/spec-changes.js";
import type { Fields, Value } from "../json/json-value.js";
import { isFields, sameValue } from "../json/json-value.js";
import { withoutWording } from "../specs/model/schema-wording.js";
import { fingerprint, printParts, rebuild } from "./schema-fingerprint.js";

/**
 * What a spec remembers of the catalogue's schema, in its `catalogue` part. `input_seen` where the spec's facts are the
 * catalogue's own: fingerprints of the facts, of the whole, and of each field. `input_schema`, the facts themselves, where the spec
 * holds others too.
 */
const MEMORY = ["input_seen", "input_schema"];

/** What the catalogue said of the input when the spec was last synced. */
export interface Memory {
  /** The facts; undefined where nobody knows. */
  readonly base: Value | undefined;
  /** Whether the spec's input is the catalogue's to the letter: nobody has reworded it. */
  readonly untouched: boolean;
  /** Fields that were changed on both sides since, so that only the two later states are known. */
  readonly forgotten: readonly string[];
}

/** Reads what a spec remembers. `theirs` is the catalogue's schema of today. */
export function recall(spec: Fields, theirs: Fields): Memory {
  const { input, catalogue } = spec;
  const known = isFields(catalogue) ? catalogue : ({} as Fields);
  const [facts, whole, parts] = String(known["input_seen"] ?? "").split("-");
  const isSeen = facts !== undefined && facts !== "";
  if (whole !== undefined && whole === fingerprint(input, false))
    return { base: input, untouched: true, forgotten: [] };
  const [own, now] = [withoutWording(input ?? null), withoutWording(theirs)];
  const same = isSeen ? [now, own].find((schema) => facts === fingerprint(schema)) : known["input_schema"];
  if (same !== undefined || parts === undefined || !isFields(own))
    return { base: same, untouched: false, forgotten: [] };
  return { ...rebuild(parts, own, now as Fields), untouched: false };
}

/** What to remember after a sync that made `merged` of the catalogue's `theirs`. */
export function remember(merged: Value, theirs: Fields): Fields {
  const facts = withoutWording(theirs) as Fields;
  return sameValue(withoutWording(merged), facts)
    ? { input_seen: `${fingerprint(facts)}-${fingerprint(theirs, false)}-${printParts(facts)}` }
    : { input_schema: facts };
}

/** The members of a `catalogue` part that are no memory. */
export function withoutMemory(catalogue: Value | undefined): Fields {
  return Object.fromEntries(
    Object.entries(isFields(catalogue) ? catalogue : {}).filter(([key]) => !MEMORY.includes(key)),
  );
}

/** Compares two specs for people: what only `sync` remembers is no change, and a model's first listing is one. */
export function compareForPeople(id: string, before: Fields | undefined, after: Fields | undefined): Change[] {
  if (before === undefined || after === undefined) return compareSpecs(id, before, after);
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
