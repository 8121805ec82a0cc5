import { pointerTo } from "../../src/errors/issue.js";

/** What a careful look at JSON text finds: where each value stands, which names occur twice, where the text breaks. */
export interface Scan {
  /** Offset of each value by its JSON pointer; for members, of the name. */
  readonly places: ReadonlyMap<string, number>;
  readonly duplicates: readonly { readonly pointer: string; readonly offset: number }[];
  readonly problem?: { readonly offset: number; readonly what: string };
}

class Problem extends Error {
  readonly offset: number;
  constructor(offset: number, what: string) {
    super(what);
    this.offset = offset;
  }
}

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const word = /true|false|null/y;
const space = /[ \t\r\n]*/y;

/** Reads JSON text for its places, to the given depth. Slower than `JSON.parse`: for files with something to report. */
export function scanJson(text: string, deepest: number): Scan {
  const places = new Map<string, number>();
  const duplicates: { pointer: string; offset: number }[] = [];
  let at = 0;

  function skip() {
    space.lastIndex = at;
    space.test(text);
    at = space.lastIndex;
  }
  function take(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  }
  function fail(wanted: string): never {
    throw new Problem(
      at,
      at >= text.length ? `the text ends where ${wanted} is needed` : describe(text, at, wanted),
    );
  }
  // By hand: a pattern with a choice inside a repetition overflows on a string of a megabyte.
  function takeString(): string | undefined {
    if (text[at] !== '"') return undefined;
    const start = at;
    for (let end = at + 1; end < text.length;) {
      const unit = text.charCodeAt(end);
      if (unit < 0x20) break;
      if (unit === 0x22) {
        at = end + 1;
        return text.slice(start, at);
      }
      escape.lastIndex = end;
      if (unit === 0x5c && !escape.test(text)) break;
      end = unit === 0x5c ? escape.lastIndex : end + 1;
    }
    return undefined;
  }
  function readName(): string {
    const found = takeString() ?? fail("a name in double quotes");
    return JSON.parse(found) as string;
  }
  function readObject(pointer: string, depth: number) {
    const seen = new Set<string>();
    at += 1;
    skip();
    if (text[at] === "}") return void (at += 1);
    for (;;) {
      const offset = at;
      const name = readName();
      const child = pointer + pointerTo(name);
      if (seen.has(name)) duplicates.push({ pointer: child, offset });
      else places.set(child, offset);
      seen.add(name);
      skip();
      if (text[at] !== ":") fail("a colon");
      at += 1;
      readValue(child, depth + 1);
      if (text[at] === "}") return void (at += 1);
      if (text[at] !== ",") fail('"," or "}"');
      at += 1;
      skip();
    }
  }
  function readArray(pointer: string, depth: number) {
    at += 1;
    skip();
    if (text[at] === "]") return void (at += 1);
    for (let index = 0; ; index++) {
      skip();
      const child = pointer + pointerTo(index);
      places.set(child, at);
      readValue(child, depth + 1);
      if (text[at] === "]") return void (at += 1);
      if (text[at] !== ",") fail('"," or "]"');
      at += 1;
    }
  }
  function readValue(pointer: string, depth: number) {
    skip();
    if (depth > deepest) throw new Problem(at, `the text nests more than ${deepest} levels`);
    if (text[at] === "{") readObject(pointer, depth);
    else if (text[at] === "[") readArray(pointer, depth);
    else if ((takeString() ?? take(number) ?? take(word)) === undefined) fail("a value");
    skip();
  }

  try {
    places.set("", 0);
    readValue("", 0);
    if (at < text.length) fail("the end of the file");
    return { places, duplicates };
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    return { places, duplicates, problem: { offset: problem.offset, what: problem.message } };
  }
}

function describe(text: string, at: number, wanted: string): string {
  if (text.startsWith("//", at) || text.startsWith("/*", at)) return "a comment, which JSON does not have";
  if (text[at] === "'") return "single quotes; JSON needs double quotes";
  if (text[at] === "}" || text[at] === "]")
    return `"${text[at]}" where ${wanted} is needed; is there a comma too many?`;
  if (text[at] === '"')
    return `${wanted} is needed here; is a comma missing, or a string not closed on its line?`;
  return `${JSON.stringify(text[at])} where ${wanted} is needed`;
}

/** Line and column of an offset, both from 1. */
export function positionOf(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf("\n"); end >= 0 && end < offset; end = text.indexOf("\n", start)) {
    line += 1;
    start = end + 1;
  }
  return { line, column: offset - start + 1 };
}

/** Where a pointer leads, or the innermost place above it that exists. */
export function placeOf(scan: Scan, pointer: string): number {
  for (let path = pointer; path !== ""; path = path.slice(0, path.lastIndexOf("/"))) {
    const offset = scan.places.get(path);
    if (offset !== undefined) return offset;
  }
  return 0;
}

/** How many members the objects of well-formed JSON text have, those with equal names counted each. */
export function countMembers(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at)) {
    let end = text.indexOf('"', at + 1);
    while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
    if (end < 0) return count;
    at = end + 1;
    while (/\s/.test(text[at] ?? "")) at += 1;
    if (text[at] === ":") count += 1;
  }
  return count;
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(at - 1 - slashes) === 0x5c) slashes += 1;
  return slashes % 2 === 1;
}
