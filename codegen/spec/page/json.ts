import { decodeEscape, isBlank, isQuote, closersOf, structuralOf } from "./glyphs.js";

/** A JSON value as a page shows it; whole numbers beyond 2^53 stay exact as `bigint`. */
export type Value = string | number | bigint | boolean | null | readonly Value[] | Fields;

/** A JSON object without a prototype, so that a key named `__proto__` is a key like any other. */
export interface Fields {
  [key: string]: Value;
}

/** Something in the text that is not JSON, but can mean only one thing. */
export interface Repair {
  readonly offset: number;
  readonly what: string;
}

/** A key that occurs twice in one object. */
export interface Duplicate {
  readonly offset: number;
  readonly pointer: string;
}

/** A document that was read to its end. */
export interface Reading {
  readonly ok: true;
  readonly value: Fields;
  readonly start: number;
  /** The offset just behind the closing brace. */
  readonly end: number;
  readonly repairs: readonly Repair[];
  readonly duplicates: readonly Duplicate[];
}

/** A document that breaks. */
export interface Broken {
  readonly ok: false;
  readonly start: number;
  /** Where reading stopped. */
  readonly offset: number;
  readonly reason: string;
  /** True where the text ended before the document did. */
  readonly cut: boolean;
  /** Where in the document it broke, as a JSON pointer. */
  readonly pointer: string;
  /** The keys that were read so far, from the outermost object. */
  readonly keys: readonly string[];
  /** True where an object of `properties` was met on the way. */
  readonly schema: boolean;
}

/** Objects and arrays may nest this deep; a documented schema needs about ten levels. */
export const MAX_DEPTH = 100;

const PLAIN = /[^"\\\u0000-\u001f]+/y;
const NUMBER = /[-\u2212]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /[A-Za-z_$][\w$]*/y;
const WORDS = new Map<string, boolean | null>([
  ["true", true],
  ["false", false],
  ["null", null],
  ["True", true],
  ["False", false],
  ["None", null],
]);

/** Writes one step of a JSON pointer. */
export const pointerStep = (key: string | number): string =>
  `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;

class Stop extends Error {
  readonly offset: number;
  readonly cut: boolean;
  constructor(reason: string, offset: number, cut: boolean) {
    super(reason);
    this.offset = offset;
    this.cut = cut;
  }
}

/** Reads the object that starts at `start`; everything behind its closing brace is left alone. Never throws. */
export function readObject(text: string, start: number): Reading | Broken {
  const reader = new Reader(text, start);
  try {
    const value = reader.object("");
    return { ok: true, value, start, end: reader.at, repairs: reader.repairs, duplicates: reader.duplicates };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    const { offset, cut, message: reason } = error;
    return {
      ok: false,
      start,
      offset,
      reason,
      cut,
      pointer: reader.where,
      keys: reader.keys,
      schema: reader.schema,
    };
  }
}

class Reader {
  readonly text: string;
  readonly repairs: Repair[] = [];
  readonly duplicates: Duplicate[] = [];
  readonly keys: string[] = [];
  at: number;
  where = "";
  schema = false;
  private depth = 0;

  constructor(text: string, start: number) {
    this.text = text;
    this.at = start;
  }

  object(pointer: string): Fields {
    const fields: Fields = Object.create(null) as Fields;
    this.enter(pointer);
    for (let first = true; ; first = false) {
      if (this.closes("}", first, pointer)) break;
      const offset = this.at;
      const key = this.key();
      if (pointer === "") this.keys.push(key);
      const inner = pointer + pointerStep(key);
      this.where = inner;
      if (key in fields) this.duplicates.push({ offset, pointer: inner });
      this.expect(":", "a colon after the key");
      const value = this.value(inner);
      if (key === "properties" && typeof value === "object") this.schema = true;
      fields[key] = value;
    }
    this.depth--;
    return fields;
  }

  private array(pointer: string): Value[] {
    const list: Value[] = [];
    this.enter(pointer);
    for (let first = true; ; first = false) {
      if (this.closes("]", first, pointer)) break;
      list.push(this.value(pointer + pointerStep(list.length)));
    }
    this.depth--;
    return list;
  }

  /** Takes the opening bracket. */
  private enter(pointer: string): void {
    this.where = pointer;
    if (pointer.endsWith("/properties")) this.schema = true;
    if (++this.depth > MAX_DEPTH) this.stop(`is nested deeper than ${MAX_DEPTH} levels`);
    this.structural();
  }

  /** Takes the closing bracket, or the comma before the next member. */
  private closes(bracket: "}" | "]", first: boolean, pointer: string): boolean {
    this.where = pointer;
    const offset = this.skipBlank();
    let glyph = this.peek();
    if (glyph === bracket) {
      this.structural();
      return true;
    }
    if (first) return false;
    if (glyph !== ",") this.stop(`has ${this.seen()} where a comma or ${bracket} must stand`);
    this.structural();
    this.skipBlank();
    glyph = this.peek();
    if (glyph !== bracket) return false;
    this.repairs.push({ offset, what: "a comma before a closing bracket" });
    this.structural();
    return true;
  }

  private key(): string {
    const glyph = this.text[this.at] ?? "";
    if (isQuote(this.text, this.at)) return this.string();
    WORD.lastIndex = this.at;
    const word = WORD.exec(this.text)?.[0];
    if (word === undefined) this.stop(`has ${this.seen()} where a key must stand`);
    this.repairs.push({ offset: this.at, what: `the key ${word} without quotes (it starts with ${glyph})` });
    this.at += word.length;
    return word;
  }

  private value(pointer: string): Value {
    this.where = pointer;
    this.skipBlank();
    const glyph = this.peek();
    if (glyph === "{") return this.object(pointer);
    if (glyph === "[") return this.array(pointer);
    if (isQuote(this.text, this.at)) return this.string();
    NUMBER.lastIndex = this.at;
    const digits = NUMBER.exec(this.text)?.[0];
    if (digits !== undefined) return this.number(digits);
    WORD.lastIndex = this.at;
    const word = WORD.exec(this.text)?.[0] ?? "";
    const known = WORDS.get(word);
    if (known === undefined) this.stop(`has ${this.seen()} where a value must stand`);
    if (word !== String(known))
      this.repairs.push({ offset: this.at, what: `${word} in place of ${String(known)}` });
    this.at += word.length;
    return known;
  }

  private number(digits: string): number | bigint {
    const offset = this.at;
    const plain = digits.replace("\u2212", "-");
    if (plain !== digits) this.repairs.push({ offset, what: "a typographic minus sign" });
    const number = Number(plain);
    if (!Number.isFinite(number)) this.stop(`has the number ${plain}, which is too large to keep`);
    this.at += digits.length;
    if (/^-?[0-9]+$/.test(plain)) return Number.isSafeInteger(number) ? number : BigInt(plain);
    if (losesDigits(plain, number)) {
      this.repairs.push({
        offset,
        what: `the number ${plain}, kept as ${number}: it has more digits than a double can hold`,
      });
    }
    return number;
  }

  private string(): string {
    const open = this.at;
    const closers = closersOf(this.text, open);
    if (closers !== '"') this.repairs.push({ offset: open, what: "quotation marks that are not JSON's" });
    const plain = closers === '"' ? PLAIN : /[^\\\u0000-\u001f]/y;
    let result = "";
    this.at = open + 1;
    for (;;) {
      const glyph = this.text[this.at];
      if (glyph === undefined) this.stop("ends inside a string", true);
      if (closers.includes(glyph) && (closers === '"' || this.closesHere())) break;
      if (this.text.startsWith("'\\''", this.at)) {
        result += "'";
        this.at += 4;
      } else if (glyph === "\\") {
        result += this.escape();
      } else {
        result += this.plain(plain, open);
      }
    }
    this.at++;
    return result;
  }

  /** A typographic closing mark counts only where JSON goes on behind it. */
  private closesHere(): boolean {
    const next = /[^\s\u200b-\u200d\u2060]/g;
    next.lastIndex = this.at + 1;
    const glyph = next.exec(this.text)?.[0];
    return glyph === undefined || ":,}]".includes(structuralOf(glyph) ?? "\0");
  }

  private plain(pattern: RegExp, open: number): string {
    pattern.lastIndex = this.at;
    const run = pattern.exec(this.text)?.[0];
    if (run === undefined) {
      const glyph = this.text[this.at] ?? "";
      if (glyph === "\n" || glyph === "\r")
        this.stop("has a string that is not closed on its line", false, open);
      this.repairs.push({ offset: this.at, what: "a control character inside a string" });
      this.at++;
      return glyph;
    }
    // A shell writes a quote inside a quoted body as '\'': stop before it.
    const guarded = run.length > 1 && run.endsWith("'") && this.text.startsWith("\\''", this.at + run.length);
    const kept = guarded ? run.slice(0, -1) : run;
    this.at += kept.length;
    return kept;
  }

  private escape(): string {
    const escape = decodeEscape(this.text, this.at);
    if (escape === null) {
      if (this.at + 6 > this.text.length) this.stop("ends inside a string", true);
      this.stop(
        `has the escape ${JSON.stringify(this.text.slice(this.at, this.at + 2))}, which JSON does not know`,
      );
    }
    if (!escape.strict) this.repairs.push({ offset: this.at, what: "a backslash that JSON does not need" });
    this.at += escape.length;
    return escape.value;
  }

  private expect(glyph: ":" | ",", what: string): void {
    this.skipBlank();
    if (this.peek() !== glyph) this.stop(`has ${this.seen()} where ${what} must stand`);
    this.structural();
  }

  /** The structural character at this place, also where it is full-width or has a markdown backslash before it. */
  private peek(): string | undefined {
    const escaped = this.text[this.at] === "\\" ? 1 : 0;
    return structuralOf(this.text[this.at + escaped] ?? "");
  }

  private structural(): void {
    const glyph = this.text[this.at] ?? "";
    if (glyph === "\\") this.repairs.push({ offset: this.at++, what: "a backslash before a bracket" });
    else if (structuralOf(glyph) !== glyph)
      this.repairs.push({ offset: this.at, what: `the full-width ${glyph}` });
    this.at++;
  }

  private skipBlank(): number {
    for (;;) {
      while (this.at < this.text.length && isBlank(this.text.charCodeAt(this.at))) this.at++;
      const two = this.text.slice(this.at, this.at + 2);
      if (two !== "//" && two !== "/*") return this.at;
      const close = two === "//" ? "\n" : "*/";
      const end = this.text.indexOf(close, this.at + 2);
      if (end < 0) this.stop("ends inside a comment", true, this.text.length);
      this.repairs.push({ offset: this.at, what: "a comment" });
      this.at = end + close.length;
    }
  }

  private seen(): string {
    const glyph = this.text.codePointAt(this.at);
    return glyph === undefined ? "the end of the text" : JSON.stringify(String.fromCodePoint(glyph));
  }

  private stop(reason: string, cut = this.at >= this.text.length, offset = this.at): never {
    throw new Stop(reason, offset, cut);
  }
}

/** Tells whether a double prints back other digits than the page has. */
function losesDigits(text: string, number: number): boolean {
  const significant = (digits: string) =>
    digits
      .replace(/[eE].*$/, "")
      .replace(/[-.]/g, "")
      .replace(/^0+|0+$/g, "");
  return significant(text).length > 15 && significant(text) !== significant(String(number));
}
