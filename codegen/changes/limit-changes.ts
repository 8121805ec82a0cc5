import { show } from "./change-kinds.js";
import type { Note } from "./change-kinds.js";
import type { Fields, Value } from "../../src/dialect/notation/fields.js";
import { pointerTo } from "../../src/errors/issue.js";

const lowerLimits = new Set(["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"]);
const upperLimits = new Set(["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"]);

/** Tells whether a keyword is a limit. */
export function isLimit(key: string): boolean {
  return lowerLimits.has(key) || upperLimits.has(key);
}

/** Pairs of an inclusive limit and its exclusive counterpart. */
const limitPairs = [
  ["minimum", "exclusiveMinimum"],
  ["maximum", "exclusiveMaximum"],
] as const;

/**
 * Compares limits that moved from an inclusive keyword to its exclusive counterpart, or back.
 *
 * @returns the keywords that need no other comparison.
 */
export function compareMovedLimits(
  before: Fields,
  after: Fields,
  pointer: string,
  note: Note,
): ReadonlySet<string> {
  const done = new Set<string>();
  for (const pair of limitPairs) {
    const [had, has] = [before, after].map((schema) => pair.filter((key) => schema[key] !== undefined));
    const [from, to] = [had![0], has![0]];
    if (from === undefined || to === undefined || from === to || had!.length + has!.length > 2) continue;
    const [old, now] = [before[from], after[to]];
    if (!isNumber(old) || !isNumber(now)) continue;
    // An exclusive limit is narrower than the inclusive limit of the same number.
    const isSame = !(now > old) && !(now < old);
    const isNarrower = isSame ? to === pair[1] : now > old === lowerLimits.has(to);
    const message = `${from} ${show(old)} became ${to} ${show(now)}`;
    note(pointer + pointerTo(to), isNarrower ? "narrower" : "wider", message);
    done.add(from).add(to);
  }
  return done;
}

/** Compares a limit. */
export function compareLimit(
  key: string,
  old: Value | undefined,
  now: Value | undefined,
  pointer: string,
  note: Note,
): void {
  if (now === undefined) return note(pointer, "wider", `${key} is gone: it was ${show(old)}`);
  if (old === undefined) return note(pointer, "narrower", `${key} is new: ${show(now)}`);
  if (!isNumber(old) || !isNumber(now))
    return note(pointer, "other", `${key} changed from ${show(old)} to ${show(now)}`);
  note(
    pointer,
    now > old === lowerLimits.has(key) ? "narrower" : "wider",
    `${key} changed from ${show(old)} to ${show(now)}`,
  );
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}
