import { decodeEscape, JsonBreak, toNumber } from "../../json/json-tokens.js";
import { closersOf, isGuarded, structuralOf } from "./glyphs.js";

/** A value that was read, and the offset behind it. */
export interface Literal<T> {
  readonly value: T;
  readonly end: number;
}

/** A place in a page's JSON that is not JSON, but can have one meaning only. */
export interface Repair {
  readonly offset: number;
  readonly what: string;
}

/** Receives one repair. */
type NoteRepair = (offset: number, what: string) => void;

// oxlint-disable-next-line no-control-regex
const jsonRun = /[^"\\\u0000-\u001f]+/y;
// oxlint-disable-next-line no-control-regex
const anyRun = /[^\\\u0000-\u001f]/y;
const numberText = /[-\u2212]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const wordText = /[A-Za-z_$][\w$]*/y;
/** Python's spellings beside JSON's. */
const constants = new Map<string, boolean | null>([
  ["true", true],
  ["false", false],
  ["null", null],
  ["True", true],
  ["False", false],
  ["None", null],
]);
/** A single quote as a shell writes it inside a body in single quotes. */
const shellQuote = "'\\''";

/** Reads the bare word at an offset; undefined where there is none. */
export function readWord(text: string, offset: number): string | undefined {
  wordText.lastIndex = offset;
  return wordText.exec(text)?.[0];
}

/** Reads `true`, `false` or `null`; undefined where something else stands there. */
export function readConstant(
  text: string,
  offset: number,
  repair: NoteRepair,
): Literal<boolean | null> | undefined {
  const word = readWord(text, offset) ?? "";
  const value = constants.get(word);
  if (value === undefined) return undefined;
  if (word !== String(value)) repair(offset, `${word} in place of ${String(value)}`);
  return { value, end: offset + word.length };
}

/** Reads a number; whole ones that a double cannot hold become `bigint`. Undefined where something else stands there. */
export function readNumber(
  text: string,
  offset: number,
  repair: NoteRepair,
): Literal<number | bigint> | undefined {
  numberText.lastIndex = offset;
  const digits = numberText.exec(text)?.[0];
  if (digits === undefined) return undefined;
  const plain = digits.replace("\u2212", "-");
  if (plain !== digits) repair(offset, "a typographic minus sign");
  const value = toNumber(plain, true);
  if (value === undefined)
    throw new JsonBreak(`has the number ${plain.slice(0, 40)}, which is too large to keep`, offset, false);
  if (typeof value === "number" && !/^-?\d+$/.test(plain) && losesDigits(plain, value)) {
    repair(
      offset,
      `the number ${plain.slice(0, 40)}, kept as ${value} because a double holds no more digits`,
    );
  }
  return { value, end: offset + digits.length };
}

/** Reads the string whose opening mark stands at an offset. */
export function readString(text: string, open: number, repair: NoteRepair): Literal<string> {
  const closers = closersOf(text, open);
  const strict = closers === '"';
  if (!strict) repair(open, "quotation marks that are not JSON's");
  const parts: string[] = [];
  let at = open + 1;
  for (;;) {
    const glyph = text[at];
    if (glyph === undefined) throw new JsonBreak("ends inside a string", at, true);
    if (closers.includes(glyph) && (strict || goesOn(text, at + 1)))
      return { value: parts.join(""), end: at + 1 };
    const part = readPart(text, at, open, strict ? jsonRun : anyRun, repair);
    parts.push(part.value);
    at = part.end;
  }
}

function readPart(text: string, at: number, open: number, run: RegExp, repair: NoteRepair): Literal<string> {
  if (text.startsWith(shellQuote, at)) return { value: "'", end: at + shellQuote.length };
  const glyph = text[at] ?? "";
  if (glyph === "\\") return readEscape(text, at, repair);
  run.lastIndex = at;
  const value = run.exec(text)?.[0];
  if (value === undefined) {
    if (glyph === "\n" || glyph === "\r")
      throw new JsonBreak("has a string that is not closed on its line", open, false);
    repair(at, "a control character inside a string");
    return { value: glyph, end: at + 1 };
  }
  const end = at + value.length;
  const guarded = value.length > 1 && text.startsWith(shellQuote, end - 1);
  return guarded ? { value: value.slice(0, -1), end: end - 1 } : { value, end };
}

function readEscape(text: string, at: number, repair: NoteRepair): Literal<string> {
  const escape = decodeEscape(text, at);
  if (escape !== undefined) return { value: escape.value, end: at + escape.length };
  const glyph = text[at + 1] ?? "";
  if (isGuarded(glyph)) {
    repair(at, "a backslash that JSON does not need");
    return { value: glyph, end: at + 2 };
  }
  if (at + 6 > text.length) throw new JsonBreak("ends inside a string", text.length, true);
  const shown = JSON.stringify(text.slice(at, at + 2));
  throw new JsonBreak(`has the escape ${shown}, which JSON does not know`, at, false);
}

/** A typographic mark closes a string only where JSON continues behind it. */
function goesOn(text: string, offset: number): boolean {
  const next = /[^\s\u200b-\u200d\u2060]/g;
  next.lastIndex = offset;
  const glyph = next.exec(text)?.[0];
  return glyph === undefined || ":,}]".includes(structuralOf(glyph) ?? "\0");
}

/** The significant digits of a number as it is written. */
function digitsOf(digits: string) {
  const bare = digits.replace(/[eE].*$/, "").replace(/[-.]/g, "");
  return bare.replace(/^0+/, "").replace(/0+$/, "");
}

/** Tells whether a double prints back other digits than the page has. */
function losesDigits(text: string, number: number): boolean {
  return digitsOf(text).length > 15 && digitsOf(text) !== digitsOf(String(number));
}
