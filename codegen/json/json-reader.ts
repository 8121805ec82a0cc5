import { pointerTo } from "../../src/errors/issue.js";
import { emptyFields } from "../../src/dialect/notation/fields.js";
import { decodeEscape, describeGap, JsonBreak, toNumber } from "./json-tokens.js";
import type { Fields, Value } from "../../src/dialect/notation/fields.js";

/** A key that occurs twice in one object. */
export interface Duplicate {
  readonly offset: number;
  /** JSON pointer of the member. */
  readonly pointer: string;
}

/** Bounds and modes of one reading; every key may be left out. */
export interface ReaderOptions {
  /** The offset at which reading begins. Default 0. */
  readonly start?: number;
  /** The most levels of objects and arrays. Default 100: a documented schema needs about ten. */
  readonly maxDepth?: number;
  /** Keep whole numbers beyond 2^53 as `bigint`, and refuse numbers beyond a double's range. Default false: they are rounded. */
  readonly exactNumbers?: boolean;
  /** Takes the offset of each value by its JSON pointer; of a member, the offset of its name. Default none. */
  readonly notePlace?: (pointer: string, offset: number) => void;
}

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const word = /true|false|null/y;
const words = new Map<string, boolean | null>([
  ["true", true],
  ["false", false],
  ["null", null],
]);
const [quote, backslash, firstPrintable] = [0x22, 0x5c, 0x20];
function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;
}

/** Finds the text of a pattern at an offset; undefined where it does not match there. */
function matchAt(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0];
}

/**
 * Reads JSON as RFC 8259 defines it, each character once. A more tolerant reader replaces the protected methods; the structure, its
 * bounds and its pointers are the same for all readers.
 */
export class JsonReader {
  readonly duplicates: Duplicate[] = [];
  protected readonly text: string;
  protected at: number;
  /** The keys and indexes that lead to the value that is being read. */
  protected readonly path: (string | number)[] = [];
  private readonly maxDepth: number;
  private readonly exactNumbers: boolean;
  private readonly notePlace: ReaderOptions["notePlace"];
  private depth = 0;

  constructor(text: string, options: ReaderOptions = {}) {
    this.text = text;
    this.at = options.start ?? 0;
    this.maxDepth = options.maxDepth ?? 100;
    this.exactNumbers = options.exactNumbers ?? false;
    this.notePlace = options.notePlace;
  }

  /** The offset behind what has been read. */
  get end(): number {
    return this.at;
  }

  /** The JSON pointer of the value that is being read; after a break, of the value that broke. */
  get pointer(): string {
    return this.path.map(pointerTo).join("");
  }

  /** Reads a value that is the whole rest of the text. */
  readDocument(): Value {
    this.notePlace?.("", this.at);
    const value = this.readValue();
    this.skipBlank();
    if (this.at < this.text.length) this.fail("the end of the file");
    return value;
  }

  /** Reads the object at this place, of which the opening bracket has been seen. */
  readObject(): Fields {
    const fields = emptyFields();
    this.enter();
    for (let isFirst = true; !this.closes("}", isFirst); isFirst = false) {
      const offset = this.at;
      const name = this.readName();
      this.path.push(name);
      if (name in fields) this.duplicates.push({ offset, pointer: this.pointer });
      else this.notePlace?.(this.pointer, offset);
      this.skipBlank();
      if (this.peek() !== ":") this.fail("a colon");
      this.take();
      this.noteMember(name);
      fields[name] = this.readValue();
      this.path.pop();
    }
    this.depth -= 1;
    return fields;
  }

  private readArray(): Value[] {
    const list: Value[] = [];
    this.enter();
    for (let isFirst = true; !this.closes("]", isFirst); isFirst = false) {
      this.path.push(list.length);
      this.notePlace?.(this.pointer, this.at);
      list.push(this.readValue());
      this.path.pop();
    }
    this.depth -= 1;
    return list;
  }

  private readValue(): Value {
    this.skipBlank();
    const glyph = this.peek();
    if (glyph === "{") return this.readObject();
    if (glyph === "[") return this.readArray();
    const scalar = this.readScalar();
    return scalar === undefined ? this.fail("a value") : scalar;
  }

  /** Takes an opening bracket. */
  protected enter(): void {
    this.depth += 1;
    if (this.depth > this.maxDepth)
      throw new JsonBreak(`is nested deeper than ${this.maxDepth} levels`, this.at, false, true);
    this.take();
  }

  /** Takes the closing bracket, or the comma before the next member. */
  private closes(bracket: "}" | "]", isFirst: boolean): boolean {
    this.skipBlank();
    if (this.peek() === bracket) {
      this.take();
      return true;
    }
    if (isFirst) return false;
    if (this.peek() !== ",") this.fail(`"," or "${bracket}"`);
    const comma = this.at;
    this.take();
    this.skipBlank();
    if (this.peek() !== bracket || !this.repairsTrailingComma(comma)) return false;
    this.take();
    return true;
  }

  /** Called with each name once the colon behind it was read. */
  protected noteMember(_name: string): void {}

  /** Tells whether a comma before a closing bracket is passed over. */
  protected repairsTrailingComma(_offset: number): boolean {
    return false;
  }

  /** Moves to the next character that is no white space. */
  protected skipBlank(): void {
    while (isBlank(this.text.charCodeAt(this.at))) this.at += 1;
  }

  /** The structural character at this place; any other character where there is none. */
  protected peek(): string | undefined {
    return this.text[this.at];
  }

  /** Moves behind a structural character. */
  protected take(): void {
    this.at += 1;
  }

  protected readName(): string {
    return this.readString() ?? this.fail("a name in double quotes");
  }

  /** Reads a string, a number or a word; undefined, without moving, where none stands at this place. */
  protected readScalar(): Value | undefined {
    return this.readString() ?? this.readNumber() ?? this.readWord();
  }

  private readString(): string | undefined {
    if (this.text[this.at] !== '"') return undefined;
    let start = this.at + 1;
    let before = "";
    for (let end = start; ; end++) {
      const unit = this.text.charCodeAt(end);
      if (unit === quote) {
        this.at = end + 1;
        return before + this.text.slice(start, end);
      }
      const escape = unit === backslash ? decodeEscape(this.text, end) : undefined;
      if (escape !== undefined) {
        before += this.text.slice(start, end) + escape.value;
        start = end + escape.length;
        end = start - 1;
      } else if (!(unit >= firstPrintable) || unit === backslash) return undefined;
    }
  }

  private readNumber(): number | bigint | undefined {
    const digits = matchAt(number, this.text, this.at);
    if (digits === undefined) return undefined;
    const value = toNumber(digits, this.exactNumbers);
    if (value === undefined)
      throw new JsonBreak(
        `has the number ${digits.slice(0, 40)}, which is too large to keep`,
        this.at,
        false,
      );
    this.at += digits.length;
    return value;
  }

  private readWord(): boolean | null | undefined {
    const found = matchAt(word, this.text, this.at);
    if (found === undefined) return undefined;
    this.at += found.length;
    return words.get(found);
  }

  /** Ends the reading at this place. */
  protected fail(wanted: string): never {
    throw new JsonBreak(describeGap(this.text, this.at, wanted), this.at, this.at >= this.text.length);
  }
}
