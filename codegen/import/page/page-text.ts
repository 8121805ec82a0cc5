/** The text of a page, in the order in which it is read. */
export interface PageText {
  readonly text: string;
  /** Pairs of a text offset and the line of the file that starts there, ascending; undefined where the text is the file. */
  readonly lines: readonly (readonly [number, number])[] | undefined;
  /** The language that the page itself names. */
  readonly language: string | undefined;
  /** The address that the page itself names. */
  readonly url: string | undefined;
}

/** Tells in which line of the file an offset of the text lies, counted from 1. */
export function lineCounter(page: PageText): (offset: number) => number {
  const { lines } = page;
  if (lines === undefined) {
    const starts = [0];
    for (let at = page.text.indexOf("\n"); at >= 0; at = page.text.indexOf("\n", at + 1)) starts.push(at + 1);
    return (offset) => rank(starts, offset);
  }
  const offsets = lines.map(([offset]) => offset);
  return (offset) => lines[rank(offsets, offset) - 1]?.[1] ?? 1;
}

/** Counts the ascending numbers that are not above the value. */
function rank(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? Infinity) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Blanks the numbers that a column of line numbers put before the lines of code: runs that count up from 1. Offsets stay. */
export function dropLineNumbers(text: string): string {
  const lines = text.split("\n");
  const numbers = lines.map((line) =>
    /^\s*(\d{1,5})(?:[ \t\u00a0|:.]|(?=[{}[\]"\\-])|(?=curl)|$)/.exec(line),
  );
  for (let start = 0; start < lines.length; start++) {
    let end = start;
    while (Number(numbers[end]?.[1]) === end - start + 1) end++;
    if (end - start >= 3) {
      for (let index = start; index < end; index++) {
        const width = numbers[index]?.[0].length ?? 0;
        lines[index] = " ".repeat(width) + (lines[index] ?? "").slice(width);
      }
    }
    if (end > start) start = end - 1;
  }
  return lines.join("\n");
}

/** Blanks the `>` and `|` marks that mail and markdown put before quoted lines. Offsets stay. */
export function dropQuoteMarks(text: string): string {
  return text.replace(
    /(^|\n)([ \t]*(?:[>|][ \t]?)+)/g,
    (_, start: string, marks: string) => start + " ".repeat(marks.length),
  );
}

const entities = new Map([
  ["quot", '"'],
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["apos", "'"],
  ["nbsp", " "],
  ["lbrace", "{"],
  ["lcub", "{"],
  ["rbrace", "}"],
  ["rcub", "}"],
  ["lsqb", "["],
  ["lbrack", "["],
  ["rsqb", "]"],
  ["rbrack", "]"],
  ["colon", ":"],
  ["comma", ","],
]);

/** Tells whether a text writes its quotation marks or braces as character references. */
export function hasEntities(text: string): boolean {
  return /&(?:quot|#34|#x22|lbrace|lcub|#123|#x7b);/i.test(text);
}

/** Decodes character references in a text that was saved without decoding them. */
export function decodeEntities(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|([a-z]{2,8}));/gi,
    (whole, hex, decimal, name: string | undefined) => {
      if (name !== undefined) return entities.get(name) ?? whole;
      const point = Number.parseInt(String(hex ?? decimal), hex === undefined ? 10 : 16);
      return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    },
  );
}
