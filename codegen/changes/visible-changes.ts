import { isFields } from "../../src/dialect/notation/fields.js";
import type { Fields, Value } from "../../src/dialect/notation/fields.js";
import { findRefusedCalls } from "./sampled-calls.js";
import { compareSpecs } from "./spec-changes.js";
import type { Change } from "./spec-changes.js";

/**
 * The members of a spec's `catalogue` part in which sync remembers the catalogue's schema. `input_seen` where the spec's facts are the
 * catalogue's own: fingerprints of the facts, of the whole, and of each field. `input_schema`, the facts themselves, where the spec
 * holds others too.
 */
const memoryMembers = ["input_seen", "input_schema"];

/** The day of a price is no change of its own. */
const silentMembers = [...memoryMembers, "price_read"];

/** Copies a `catalogue` part without the members in which sync remembers the catalogue. */
export function withoutMemory(catalogue: Value | undefined): Fields {
  return leaveOut(catalogue, memoryMembers);
}

function leaveOut(catalogue: Value | undefined, members: readonly string[]): Fields {
  return Object.fromEntries(
    Object.entries(isFields(catalogue) ? catalogue : {}).filter(([key]) => !members.includes(key)),
  );
}

/**
 * Compares two specs for people: the members in which sync remembers the catalogue do not count, and a model's first listing is one change. What the
 * comparison of keywords calls compatible is tried: a call that the check takes before and refuses afterwards is breaking.
 */
export function compareForPeople(
  id: string,
  before: Fields | undefined,
  after: Fields | undefined,
): Change[] {
  const changes = compareFacts(id, before, after);
  const isTold = (pointer: string): boolean =>
    changes.some((change) => change.kind === "breaking" && change.pointer.startsWith(pointer));
  const refused = findRefusedCalls(id, before?.["input"], after?.["input"]);
  return [...changes, ...refused.filter(({ pointer }) => !isTold(pointer) && !isTold("/input/required"))];
}

function compareFacts(id: string, before: Fields | undefined, after: Fields | undefined): Change[] {
  if (before === undefined || after === undefined) return compareSpecs(id, before, after);
  const [old, now] = [
    leaveOut(before["catalogue"], silentMembers),
    leaveOut(after["catalogue"], silentMembers),
  ];
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
