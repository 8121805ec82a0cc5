/** A character that JSON or a URL has escaped, with any number of backslashes: `\u0041`, `\x41`, `%41`, `\/`. */
const escape = /(?:\\+(?:u00|x)|%)([\da-f]{2})|\\+([^\\"bfnrtu])/iy;
const [backslash, percent] = [92, 37];

/** Tokens that are shorter occur in tests only, and hiding them would tear ids and status words apart. */
export const shortestSecret = 8;

/** The beginning of a shorter secret may be a word, such as the emulator's own name in its token. */
const shortestHalf = 16;

/**
 * The text with `[token]` in place of each secret, which is in lower case, and of what is left of one that was cut off in its
 * second half. Linear in the text, whatever the secret's length.
 */
export function scrub(text: string, secrets: readonly string[]): string {
  // Whole ones first: secrets may begin alike.
  const halves = secrets.map((one) => one.slice(0, Math.max(shortestHalf, one.length >> 1)));
  let read = readEscapes(text);
  for (const [index, start] of [...secrets, ...halves].entries()) {
    const secret = secrets[index % secrets.length]!;
    // The secret is found in the text as it reads without escapes, and cut out of the text itself at the same places.
    const { plain, placeOf } = read;
    let clean = "";
    let end = 0;
    for (let at = plain.indexOf(start); at >= 0; at = plain.indexOf(start, at)) {
      clean += `${text.slice(end, placeOf(at))}[token]`;
      for (let i = 0; i < secret.length && plain[at] === secret[i]; i++) at++;
      end = placeOf(at);
    }
    if (end === 0) continue;
    text = clean + text.slice(end);
    read = readEscapes(text);
  }
  return text;
}

/**
 * The text as it reads without escapes, in lower case, and the place in the text of each of its characters. Step by step: a function that
 * is called for each of ten million escapes blocks the process for seconds.
 */
export function readEscapes(text: string): {
  readonly plain: string;
  readonly placeOf: (at: number) => number;
} {
  if (!/[\\%]/.test(text)) return { plain: lower(text), placeOf: (at) => at };
  const codes = new Uint16Array(text.length);
  const places = new Uint32Array(text.length + 1);
  let count = 0;
  for (let at = 0; at < text.length;) {
    const first = text.charCodeAt(at);
    escape.lastIndex = at;
    const found = first === backslash || first === percent ? escape.exec(text) : null;
    const next = at + (found ? found[0].length : 1);
    codes[count] = found ? (found[1] ? Number.parseInt(found[1], 16) : text.charCodeAt(next - 1)) : first;
    places[count++] = at;
    at = next;
    // Backslashes that escape nothing stand for themselves.
    for (; !found && first === backslash && text.charCodeAt(at) === backslash; at++) {
      codes[count] = backslash;
      places[count++] = at;
    }
  }
  places[count] = text.length;
  let plain = "";
  // In pieces: a call takes only so many arguments.
  for (let start = 0; start < count; start += 8192)
    plain += String.fromCharCode(...codes.subarray(start, Math.min(start + 8192, count)));
  return { plain: lower(plain), placeOf: (at) => places[at]! };
}

/** The text in lower case, with as many characters: one letter of Unicode becomes two, and tokens hold none like it. */
export function lower(text: string): string {
  return text.replaceAll("\u0130", "?").toLowerCase();
}
