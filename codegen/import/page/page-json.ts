import { isBlank, isQuote, structuralOf } from "./glyphs.js";
import { readConstant, readNumber, readString, readWord, Stop, type Literal } from "./page-literals.js";

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

/** Writes one step of a JSON pointer. */
export function pointerStep(key: string | number): string {
  return `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** Reads the object that starts at `start`; everything behind its closing brace is left alone. Never throws. */
export function readObject(text: string, start: number): Reading | Broken {
  const reader = new Reader(text, start);
  try {
    const value = reader.object("");
    return { ok: true, value, start, end: reader.at, repairs: reader.repairs, duplicates: reader.duplicates };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    const { offset, cut, reason } = error;
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
  private readonly mend = (offset: number, what: string): void => void this.repairs.push({ offset, what });

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
      const inner = pointer + pointerStep(key);
      this.where = inner;
      if (key in fields) this.duplicates.push({ offset, pointer: inner });
      this.expect(":", "a colon after the key");
      if (pointer === "") this.keys.push(key);
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
    this.mend(offset, "a comma before a closing bracket");
    this.structural();
    return true;
  }

  private key(): string {
    if (isQuote(this.text, this.at)) return this.take(readString(this.text, this.at, this.mend));
    const word = readWord(this.text, this.at);
    if (word === null) this.stop(`has ${this.seen()} where a key must stand`);
    this.mend(this.at, `the key ${word.slice(0, 40)} without quotation marks`);
    return this.take({ value: word, end: this.at + word.length });
  }

  private value(pointer: string): Value {
    this.where = pointer;
    this.skipBlank();
    const glyph = this.peek();
    if (glyph === "{") return this.object(pointer);
    if (glyph === "[") return this.array(pointer);
    if (isQuote(this.text, this.at)) return this.take(readString(this.text, this.at, this.mend));
    const literal = readNumber(this.text, this.at, this.mend) ?? readConstant(this.text, this.at, this.mend);
    if (literal === null) this.stop(`has ${this.seen()} where a value must stand`);
    return this.take<Value>(literal);
  }

  private take<T>(literal: Literal<T>): T {
    this.at = literal.end;
    return literal.value;
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
    if (glyph === "\\") this.mend(this.at++, "a backslash before a bracket");
    else if (structuralOf(glyph) !== glyph) this.mend(this.at, `the full-width ${glyph}`);
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
      this.mend(this.at, "a comment");
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
