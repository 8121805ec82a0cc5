/**
 * A character that JSON or a URL has escaped, with any number of backslashes: `\u0041`, `\x41`, `%41`, `\/`. Each match stands for
 * one character. A match begins only at the first backslash of a run, so that long runs take linear time.
 */
const escapes = /(?:(?<!\\)\\+(?:u00|x)|%)([\da-f]{2})|(?<!\\)\\+([^\\"bfnrtu])/gi;

/** The same, and each character that is not escaped. */
const characters = new RegExp(`${escapes.source}|[^]`, "gi");

/** The text with `[token]` in place of each secret, which is in lower case. Linear in the text, whatever the secret's length. */
export function scrub(text: string, secrets: Iterable<string>): string {
  for (const secret of secrets) {
    const plain = lower(readEscapes(text));
    let at = plain.indexOf(secret);
    if (at < 0) continue;
    // The secret is found in the text as it reads without escapes, and cut out of the text itself at the same places.
    const pieces = text.match(characters)!;
    for (; at >= 0; at = plain.indexOf(secret, at + secret.length))
      pieces.fill("", at, at + secret.length)[at] = "[token]";
    text = pieces.join("");
  }
  return text;
}

/** The text as it reads without escapes. */
export function readEscapes(text: string): string {
  return text.replace(escapes, unescape);
}

function unescape(_all: string, code: string, character?: string): string {
  return character ?? String.fromCharCode(Number.parseInt(code, 16));
}

/** ASCII only: other letters may change the length of a text in lower case, and tokens hold none. */
export function lower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
