import type { JobRecord, RecordId } from "./record.js";
import type { Query } from "./store.js";

/** A record's name as one text, a different one for each. */
export function idText({ origin, space, key }: RecordId): string {
  return JSON.stringify([origin, space, key]);
}

/** The records that a query selects, but for their state and number, in the order of origin, space and key. */
export function selectInOrder<T extends RecordId = JobRecord>(records: Iterable<T>, query: Query): T[] {
  const { origin, space, after } = query;
  return [...records]
    .filter(
      (record) =>
        (origin === undefined || record.origin === origin) &&
        (space === undefined || record.space === space) &&
        (after === undefined || compareText(record.key, after) > 0),
    )
    .sort(
      (a, b) => compareText(a.origin, b.origin) || compareText(a.space, b.space) || compareText(a.key, b.key),
    );
}

/** The order of code points, which databases have, too. JavaScript's own order differs beyond U+FFFF. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    if (a.charCodeAt(at) !== b.charCodeAt(at)) return rank(a.charCodeAt(at)) - rank(b.charCodeAt(at));
  }
  return a.length - b.length;
}

/** Moves surrogates, which stand for code points beyond U+FFFF, behind all other code units. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x3000 : unit;
}
