import { JsonBreak } from "./json-tokens.js";
import { JsonReader } from "./json-reader.js";
import type { Duplicate, ReaderOptions } from "./json-reader.js";
import type { Value } from "../../src/dialect/notation/fields.js";

/** JSON text that was read to its end. */
export interface JsonReading {
  readonly ok: true;
  readonly value: Value;
  /** Of two equal names the last one counts. */
  readonly duplicates: readonly Duplicate[];
}

/** Text that is not JSON, or goes beyond a bound. */
export interface JsonFailure {
  readonly ok: false;
  /** A predicate, such as `has "x" where a colon is needed`. */
  readonly reason: string;
  readonly offset: number;
  /** JSON pointer of the value in which the text breaks. */
  readonly pointer: string;
  readonly tooDeep: boolean;
}

/** No list of files or catalogue entry comes near this length, in characters. */
const mostCharacters = 2 ** 26;

/**
 * Reads text as JSON and nothing else, so that a byte order mark breaks it. Objects have no prototype, the depth and the length are
 * bounded. Never throws.
 */
export function readJson(
  text: string,
  options: Omit<ReaderOptions, "start"> = {},
): JsonReading | JsonFailure {
  if (text.length > mostCharacters) {
    const reason = `has more than ${mostCharacters} characters`;
    return { ok: false, reason, offset: 0, pointer: "", tooDeep: false };
  }
  const reader = new JsonReader(text, options);
  try {
    return { ok: true, value: reader.readDocument(), duplicates: reader.duplicates };
  } catch (failure) {
    if (!(failure instanceof JsonBreak)) throw failure;
    const { reason, offset, tooDeep } = failure;
    return { ok: false, reason, offset, pointer: reader.pointer, tooDeep };
  }
}

/** Offsets in a text by JSON pointer: of each value, and of each member's name. */
export type Places = ReadonlyMap<string, number>;

/** Finds the places of all values of a text, as far as it is JSON. */
export function findPlaces(text: string): Places {
  const places = new Map<string, number>();
  readJson(text, { notePlace: (pointer, offset) => void places.set(pointer, offset) });
  return places;
}

/** Finds the offset that a pointer leads to, or that of the innermost value around it. */
export function placeOf(places: Places, pointer: string): number {
  for (let path = pointer; path !== ""; path = path.slice(0, path.lastIndexOf("/"))) {
    const offset = places.get(path);
    if (offset !== undefined) return offset;
  }
  return 0;
}

/** Turns an offset into a line and a column, both counted from 1. */
export function positionOf(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf("\n"); end >= 0 && end < offset; end = text.indexOf("\n", start)) {
    line += 1;
    start = end + 1;
  }
  return { line, column: offset - start + 1 };
}
