import { isBlank, isQuote } from "./glyphs.js";
import { readPageObject, type Broken, type Reading } from "./page-json.js";

/** Every JSON object of a text, outermost ones only, in order. */
export interface Documents {
  readonly whole: readonly Reading[];
  /** Objects that began like JSON and broke. */
  readonly broken: readonly Broken[];
}

const opening = /[{\uff5b]/g;

/** Finds the JSON objects in a text in one pass: each character is read at most once. */
export function findDocuments(text: string): Documents {
  const whole: Reading[] = [];
  const broken: Broken[] = [];
  let at = 0;
  // A body that a shell would not take is read once only, not again from each brace inside it.
  let refused = 0;
  for (;;) {
    opening.lastIndex = at;
    const start = opening.exec(text)?.index;
    if (start === undefined) return { whole, broken };
    if (!opensObject(text, start)) {
      at = start + 1;
      continue;
    }
    const shell = start < refused ? undefined : readShellEscaped(text, start);
    const isRefused = shell !== undefined && shell.reading === undefined;
    if (isRefused) refused = shell.end;
    if (isRefused || (start < refused && isShellEscaped(text, start))) {
      at = start + 1;
      continue;
    }
    const reading = shell?.reading ?? readPageObject(text, start);
    if (reading.ok) {
      whole.push(reading);
      at = reading.end;
    } else {
      // A brace in prose, such as {request_id}, has no key with a colon.
      if (reading.keys.length > 0 || reading.cut) broken.push(reading);
      at = Math.max(reading.offset, start + 1);
    }
  }
}

/** Tells whether a key, the end or a comment follows a brace, as far as its first character shows; so does the end of the text. */
function opensObject(text: string, start: number): boolean {
  let next = start + 1;
  while (next < text.length && next < start + 10_000 && isBlank(text.charCodeAt(next))) next++;
  return next === text.length || isQuote(text, next) || /[\w$\\}\uff5d/]/.test(text[next] ?? "");
}

function isShellEscaped(text: string, start: number): boolean {
  let first = start + 1;
  while (first < text.length && isBlank(text.charCodeAt(first))) first++;
  return text.startsWith('\\"', first);
}

/** Reads a body that a shell takes in double quotes, each of its own escaped: `"{\"prompt\": \"a\"}"`. */
function readShellEscaped(
  text: string,
  start: number,
): { reading: Reading | undefined; end: number } | undefined {
  if (!isShellEscaped(text, start)) return undefined;
  let end = start;
  while (end < text.length && text[end] !== '"') end += text[end] === "\\" ? 2 : 1;
  const raw = text.slice(start, end);
  const body = raw.replace(/\\(["\\$`\n])/g, (_, glyph: string) => (glyph === "\n" ? "" : glyph));
  const reading = readPageObject(body, 0);
  if (!reading.ok) return { reading: undefined, end };
  const what = "quotation marks that a shell escapes";
  const repairs = [what, ...reading.repairs.map((repair) => repair.what)].map((each) => ({
    offset: start,
    what: each,
  }));
  return { reading: { ...reading, start, end, repairs }, end };
}
