import type { Fields, Value } from "../../src/dialect/notation/fields.js";
import { isFields } from "../../src/dialect/notation/fields.js";
import { sameValue } from "../json/json-value.js";
import { withoutWording } from "../specs/model/schema-wording.js";
import { fingerprint, printParts, rebuild } from "./schema-fingerprint.js";

/** The catalogue's input schema as it was when the spec was last synced. */
export interface Memory {
  /** The facts; undefined where they are not known. */
  readonly base: Value | undefined;
  /** True where the spec's input is the catalogue's to the letter: nobody has reworded it. */
  readonly untouched: boolean;
  /** Fields that were changed both in the spec and in the catalogue since, so that their earlier state is not known. */
  readonly forgotten: readonly string[];
}

/** Reads the memory of the last sync from a spec. `theirs` is the catalogue's schema of today. */
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

/** Makes the memory of a sync that made `merged` of the catalogue's `theirs`. */
export function remember(merged: Value, theirs: Fields): Fields {
  const facts = withoutWording(theirs) as Fields;
  return sameValue(withoutWording(merged), facts)
    ? { input_seen: `${fingerprint(facts)}-${fingerprint(theirs, false)}-${printParts(facts)}` }
    : { input_schema: facts };
}
