import {
  type CharacterSet,
  digits,
  everything,
  invert,
  lineEnds,
  unite,
  whiteSpace,
  wordCharacters,
} from "./character-set.js";

/** A part of a regular expression, as far as its running time depends on it. */
export type PatternNode =
  | { readonly kind: "character"; readonly set: CharacterSet }
  | { readonly kind: "start" }
  | { readonly kind: "end" }
  | { readonly kind: "sequence"; readonly parts: readonly PatternNode[] }
  | { readonly kind: "choice"; readonly parts: readonly PatternNode[] }
  | { readonly kind: "repeat"; readonly inner: PatternNode; readonly least: number; readonly most: number };

/**
 * Parses a regular expression that has been compiled with the flag `u`, so that its syntax is known to be right; undefined where it
 * has a part that is not of {@link PatternNode}: references, looking around, boundaries of words. A property of characters counts as
 * every character.
 */
export function parsePattern(pattern: string): PatternNode | undefined {
  const parser = new PatternParser(pattern);
  const node = parser.readChoice();
  return parser.isStrange ? undefined : node;
}

const controls: { readonly [letter: string]: number } = { t: 9, n: 10, v: 11, f: 12, r: 13, 0: 0 };

class PatternParser {
  /** True once a part was met that is not understood. */
  isStrange = false;
  private readonly signs: readonly string[];
  private at = 0;
  /** The number of properties of characters so far. */
  private properties = 0;

  constructor(pattern: string) {
    this.signs = [...pattern];
  }

  readChoice(): PatternNode {
    const parts = [this.readSequence()];
    while (this.take("|")) parts.push(this.readSequence());
    return parts.length === 1 ? parts[0]! : { kind: "choice", parts };
  }

  private readSequence(): PatternNode {
    const parts: PatternNode[] = [];
    while (!this.isStrange && this.at < this.signs.length && !["|", ")"].includes(this.signs[this.at]!))
      parts.push(this.readRepeated());
    return { kind: "sequence", parts };
  }

  private readRepeated(): PatternNode {
    const inner = this.readAtom();
    const counts = this.readCounts();
    if (counts === undefined) return inner;
    this.take("?");
    return { kind: "repeat", inner, least: counts[0], most: counts[1] };
  }

  private readCounts(): readonly [least: number, most: number] | undefined {
    if (this.take("*")) return [0, Infinity];
    if (this.take("+")) return [1, Infinity];
    if (this.take("?")) return [0, 1];
    if (!this.take("{")) return undefined;
    const text = this.readUntil("}");
    const [least = "", most] = text.split(",");
    return [Number(least), most === undefined ? Number(least) : most === "" ? Infinity : Number(most)];
  }

  private readAtom(): PatternNode {
    if (this.take("^")) return { kind: "start" };
    if (this.take("$")) return { kind: "end" };
    if (this.take("(")) return this.readGroup();
    if (this.take("[")) return { kind: "character", set: this.readClass() };
    if (this.take(".")) return { kind: "character", set: invert(lineEnds) };
    if (this.take("\\")) return { kind: "character", set: this.readEscape() };
    return { kind: "character", set: only(this.next()) };
  }

  private readGroup(): PatternNode {
    if (this.take("?")) {
      if (this.take("<") && /^[=!]$/.test(this.signs[this.at] ?? "")) this.isStrange = true;
      else if (this.signs[this.at - 1] === "<") this.readUntil(">");
      else if (!this.take(":")) this.isStrange = true;
    }
    const inner = this.readChoice();
    this.take(")");
    return inner;
  }

  private readClass(): CharacterSet {
    const isNegative = this.take("^");
    const sets: CharacterSet[] = [];
    const properties = this.properties;
    while (!this.isStrange && this.at < this.signs.length && !this.take("]")) {
      const first = this.readMember();
      const isRange = this.signs[this.at] === "-" && this.signs[this.at + 1] !== "]";
      if (!isRange || first.length !== 1 || first[0]![0] !== first[0]![1]) sets.push(first);
      else {
        this.at += 1;
        const end = this.readMember();
        sets.push([[first[0]![0], end[0]?.[1] ?? 0]]);
      }
    }
    if (this.properties > properties) return everything;
    const set = unite(sets);
    return isNegative ? invert(set) : set;
  }

  private readMember(): CharacterSet {
    if (!this.take("\\")) return only(this.next());
    return this.take("b") ? [[8, 8]] : this.readEscape();
  }

  private readEscape(): CharacterSet {
    const letter = this.next();
    const set = { d: digits, w: wordCharacters, s: whiteSpace }[letter.toLowerCase()];
    if (set !== undefined) return letter === letter.toLowerCase() ? set : invert(set);
    const control = controls[letter];
    if (control !== undefined) return [[control, control]];
    if (letter === "p" || letter === "P") {
      this.properties += 1;
      this.readUntil("}");
      return everything;
    }
    if (letter === "x") return this.readCode(2);
    if (letter === "u") return this.take("{") ? toSet(this.readUntil("}")) : this.readCode(4);
    if (/^[^A-Za-z0-9]$/u.test(letter)) return only(letter);
    this.isStrange = true;
    return everything;
  }

  private readCode(length: number): CharacterSet {
    const text = this.signs.slice(this.at, this.at + length).join("");
    this.at += length;
    const set = toSet(text);
    // Half of a pair: with the flag `u` two of these are one character.
    if (set[0]![0] >= 0xd800 && set[0]![0] <= 0xdfff) this.isStrange = true;
    return set;
  }

  private readUntil(end: string): string {
    const close = this.signs.indexOf(end, this.at);
    const text = this.signs.slice(this.at, close).join("");
    this.at = close + 1;
    return text;
  }

  private next(): string {
    return this.signs[this.at++] ?? "";
  }

  private take(sign: string): boolean {
    if (this.signs[this.at] !== sign) return false;
    this.at += 1;
    return true;
  }
}

function only(sign: string): CharacterSet {
  const code = sign.codePointAt(0) ?? 0;
  return [[code, code]];
}

function toSet(hexadecimal: string): CharacterSet {
  const code = Number.parseInt(hexadecimal, 16);
  return [[code, code]];
}
