import { kindOf, show } from "./change-kinds.js";
import type { Effect, Kind, Note, Side } from "./change-kinds.js";
import { compareRoots } from "./schema-changes.js";
import { pointerTo } from "../../src/errors/issue.js";
import type { Fields, Value } from "../../src/dialect/notation/fields.js";
import { isFields } from "../../src/dialect/notation/fields.js";
import { sameValue } from "../json/json-value.js";
import { bareStandardOutput } from "../specs/model/default-output.js";

/** One difference between two specs of a model. */
export interface Change {
  readonly model: string;
  /** The place in the spec file, as a JSON pointer. */
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
 * Compares two specs of a model as their files have them; undefined stands for no spec.
 *
 * Pure and complete: two specs without a change between them are equal but for the order of keys, `$schema` and `source.read`.
 */
export function compareSpecs(model: string, before: object | undefined, after: object | undefined): Change[] {
  if (before === undefined || after === undefined) {
    if (before === after) return [];
    const gone = after === undefined;
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
  const said = new Set<string>();
  const noteOn =
    (side: Side): Note =>
    (pointer, effect, message) => {
      const kind = kindOf(effect, side);
      // A definition to which several references lead is compared several times, but told once.
      const text = `${kind} ${pointer}: ${message}`;
      if (!said.has(text)) changes.push({ model, pointer, kind, message });
      said.add(text);
    };
  compareRoots(old["input"], now["input"], "input", noteOn("input"));
  compareRoots(
    old["output"] ?? bareStandardOutput,
    now["output"] ?? bareStandardOutput,
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
      pointerTo(key),
      "wording",
      old[key] === undefined ? `${key} is new` : now[key] === undefined ? `${key} is gone` : `${key} changed`,
    );
  }
  const { read: _then, ...left } = isFields(old["source"]) ? old["source"] : ({} as Fields);
  const { read: _now, ...right } = isFields(now["source"]) ? now["source"] : ({} as Fields);
  if (!sameValue(left, right))
    note("/source", "wording", `source changed from ${show(left)} to ${show(right)}`);
}

/** Compares the catalogue parts. A changed price breaks no program; a model that is missing from the catalogue does. */
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
      `/catalogue${pointerTo(key)}`,
      effect,
      key === "missing_since" && old[key] === undefined
        ? `the catalogue lists the model no more, since ${show(now[key])}`
        : `${key} changed from ${show(old[key])} to ${show(now[key])}`,
    );
  }
}
