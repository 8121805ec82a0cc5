/** The marks that may close a string, by the mark that opens it. */
const closers = new Map([
  ['"', '"'],
  ["'", "'"],
  ["\u201c", "\u201d\u201c"],
  ["\u201d", "\u201d\u201c"],
  ["\u201e", "\u201c\u201d"],
  ["\u201f", "\u201d"],
  ["\u00ab", "\u00bb"],
  ["\u00bb", "\u00ab\u00bb"],
  ["\uff02", "\uff02"],
  ["\u2033", "\u2033"],
  ["\u2018", "\u2019"],
  ["\u2019", "\u2019"],
  ["\u300c", "\u300d"],
  ["\u300e", "\u300f"],
]);

const structure = new Map([
  ...[..."{}[]:,"].map((glyph): [string, string] => [glyph, glyph]),
  ["\uff5b", "{"],
  ["\uff5d", "}"],
  ["\uff3b", "["],
  ["\uff3d", "]"],
  ["\uff1a", ":"],
  ["\uff0c", ","],
  ["\u3001", ","],
]);

/** The characters that markdown writers guard with a backslash, and the quote that some shells guard. */
const guarded = "_*[](){}<>#+-.!|~`'&$:;,=";

/** The structural character of JSON that a character stands for, full-width forms included. */
export function structuralOf(glyph: string): string | undefined {
  return structure.get(glyph);
}

/** Tells whether a string can open at this offset. */
export function isQuote(text: string, offset: number): boolean {
  return closers.has(text[offset] ?? "");
}

/** The marks that can close the string that opens at this offset. */
export function closersOf(text: string, offset: number): string {
  return closers.get(text[offset] ?? "") ?? '"';
}

/** Tells whether a UTF-16 unit is white space between tokens; invisible marks that browsers and translators leave behind count. */
export function isBlank(unit: number): boolean {
  if (unit <= 0x20 || unit === 0xa0 || unit === 0xad || unit === 0xfeff || unit === 0x3000) return true;
  return (
    (unit >= 0x2000 && unit <= 0x200f) ||
    (unit >= 0x2028 && unit <= 0x202f) ||
    (unit >= 0x205f && unit <= 0x206f) ||
    // The arrows of collapsible trees.
    (unit >= 0x25b2 && unit <= 0x25c5)
  );
}

/** Tells whether a backslash before this character guards it from markdown or from a shell. */
export function isGuarded(glyph: string): boolean {
  return glyph !== "" && guarded.includes(glyph);
}
