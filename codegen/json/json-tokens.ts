/**
 * Ends the reading of a text that is not JSON. It is no `Error`, because a page may break millions of times, and a stack is
 * expensive.
 */
export class JsonBreak {
  /** A predicate, such as `has "x" where a colon is needed`. */
  readonly reason: string;
  readonly offset: number;
  /** True where the text ended before the document did. */
  readonly cut: boolean;
  readonly tooDeep: boolean;

  constructor(reason: string, offset: number, cut: boolean, tooDeep = false) {
    this.reason = reason;
    this.offset = offset;
    this.cut = cut;
    this.tooDeep = tooDeep;
  }
}

const escapes = new Map(
  Object.entries({ '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" }),
);

/** Decodes the escape of JSON at an offset; undefined where JSON knows none such. */
export function decodeEscape(
  text: string,
  offset: number,
): { readonly value: string; readonly length: number } | undefined {
  const glyph = text[offset + 1] ?? "";
  const value = escapes.get(glyph);
  if (value !== undefined) return { value, length: 2 };
  const hex = glyph === "u" ? text.slice(offset + 2, offset + 6) : "";
  if (!/^[0-9a-fA-F]{4}$/.test(hex)) return undefined;
  return { value: String.fromCharCode(Number.parseInt(hex, 16)), length: 6 };
}

/** Turns the digits of a number into its value. With `isExact`, undefined where no number can hold it. */
export function toNumber(digits: string, isExact: boolean): number | bigint | undefined {
  const value = Number(digits);
  if (!isExact || Number.isSafeInteger(value)) return value;
  if (!Number.isFinite(value)) return undefined;
  return /^-?\d+$/.test(digits) ? BigInt(digits) : value;
}

/** Describes, as a predicate, the character at an offset at which JSON needs something else. */
export function describeGap(text: string, at: number, wanted: string): string {
  if (at >= text.length) return `ends where ${wanted} is needed`;
  if (text.startsWith("//", at) || text.startsWith("/*", at))
    return "has a comment, which JSON does not know";
  const glyph = String.fromCodePoint(text.codePointAt(at)!);
  if (glyph === "'") return "has a single quote where JSON needs a double quote";
  if (glyph === "}" || glyph === "]")
    return `has "${glyph}" where ${wanted} is needed; is there a comma too many?`;
  if (glyph === '"')
    return `has a quotation mark where ${wanted} is needed; is a comma missing, or a string not closed on its line?`;
  return `has ${JSON.stringify(glyph)} where ${wanted} is needed`;
}
