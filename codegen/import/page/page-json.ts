import { JsonBreak } from "../../json/json-tokens.js";
import { JsonReader } from "../../json/json-reader.js";
import type { Duplicate } from "../../json/json-reader.js";
import type { Fields, Value } from "../../../src/dialect/notation/fields.js";
import { isBlank, isQuote, structuralOf } from "./glyphs.js";
import {
  readConstant,
  readNumber,
  readString,
  readWord,
  type Literal,
  type Repair,
} from "./page-literals.js";

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
  /** The offset at which reading stopped. */
  readonly offset: number;
  readonly reason: string;
  /** True where the text ended before the document did. */
  readonly cut: boolean;
  /** JSON pointer of the value in which it broke. */
  readonly pointer: string;
  /** The keys that were read so far, from the outermost object. */
  readonly keys: readonly string[];
  /** True where an object of `properties` was met on the way. */
  readonly schema: boolean;
}

/** Reads the object that starts at `start`; everything behind its closing brace is left alone. Never throws. */
export function readPageObject(text: string, start: number): Reading | Broken {
  const reader = new PageJsonReader(text, { start, exactNumbers: true });
  try {
    const value = reader.readObject();
    const { end, repairs, duplicates } = reader;
    return { ok: true, value, start, end, repairs, duplicates };
  } catch (error) {
    if (!(error instanceof JsonBreak)) throw error;
    const { offset, cut, reason } = error;
    const { pointer, keys, schema } = reader;
    return { ok: false, start, offset, reason, cut, pointer, keys, schema };
  }
}

/** Reads JSON as people, browsers and translators leave it on a page, and notes each repair. */
class PageJsonReader extends JsonReader {
  readonly repairs: Repair[] = [];
  readonly keys: string[] = [];
  schema = false;
  private readonly repair = (offset: number, what: string): void => void this.repairs.push({ offset, what });

  protected override enter(): void {
    if (this.path.at(-1) === "properties") this.schema = true;
    super.enter();
  }

  protected override noteMember(name: string): void {
    if (this.path.length === 1) this.keys.push(name);
  }

  protected override readName(): string {
    if (isQuote(this.text, this.at)) return this.moveBehind(readString(this.text, this.at, this.repair));
    const word = readWord(this.text, this.at);
    if (word === undefined) this.fail("a name in double quotes");
    this.repair(this.at, `the key ${word.slice(0, 40)} without quotation marks`);
    return this.moveBehind({ value: word, end: this.at + word.length });
  }

  protected override readScalar(): Value | undefined {
    if (isQuote(this.text, this.at)) return this.moveBehind(readString(this.text, this.at, this.repair));
    const literal =
      readNumber(this.text, this.at, this.repair) ?? readConstant(this.text, this.at, this.repair);
    return literal === undefined ? undefined : this.moveBehind<Value>(literal);
  }

  private moveBehind<T>(literal: Literal<T>): T {
    this.at = literal.end;
    return literal.value;
  }

  protected override repairsTrailingComma(offset: number): boolean {
    this.repair(offset, "a comma before a closing bracket");
    return true;
  }

  /** The structural character at this place, also where it is full-width or has a markdown backslash before it. */
  protected override peek(): string | undefined {
    const escaped = this.text[this.at] === "\\" ? 1 : 0;
    return structuralOf(this.text[this.at + escaped] ?? "");
  }

  protected override take(): void {
    const glyph = this.text[this.at] ?? "";
    if (glyph === "\\") this.repair(this.at++, "a backslash before a bracket");
    else if (structuralOf(glyph) !== glyph) this.repair(this.at, `the full-width ${glyph}`);
    this.at += 1;
  }

  protected override skipBlank(): void {
    for (;;) {
      while (this.at < this.text.length && isBlank(this.text.charCodeAt(this.at))) this.at += 1;
      const two = this.text.slice(this.at, this.at + 2);
      if (two !== "//" && two !== "/*") return;
      const close = two === "//" ? "\n" : "*/";
      const end = this.text.indexOf(close, this.at + 2);
      if (end < 0) throw new JsonBreak("ends inside a comment", this.text.length, true);
      this.repair(this.at, "a comment");
      this.at = end + close.length;
    }
  }
}
