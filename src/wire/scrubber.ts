/** Removes secrets from texts of the service. */
export interface Scrubber {
  /** Remembers a secret; of many the last twenty are hidden. */
  hide(secret: string): void;
  /** The text with `[token]` in place of each secret. Linear in the text, whatever the secret's length; never throws. */
  scrub(text: string): string;
}

/** Shorter ones are words of a test, and would tear ids and states apart. */
const shortestSecret = 8;

/** A service that rotates its tokens for months must not fill the memory. */
const mostSecrets = 20;

/**
 * A character that JSON or a URL has escaped, with any number of backslashes: `\u0041`, `\x41`, `\/`, `%41`. Each match stands for
 * one character. The look-behind lets a match begin only at the first backslash of a run, so that long runs take linear time.
 */
const escapes = /(?<!\\)\\+(?:u00([\da-f]{2})|x([\da-f]{2})|([^\\"bfnrtu]))|%([\da-f]{2})/gi;

/** Makes a scrubber without secrets. */
export function createScrubber(): Scrubber {
  const secrets = new Set<string>();
  return {
    hide: (secret) => {
      if (secret.length < shortestSecret) return;
      secrets.add(lower(secret));
      if (secrets.size > mostSecrets) secrets.delete([...secrets][0]!);
    },
    scrub: (text) => {
      for (const secret of secrets) text = scrubOne(text, secret);
      return text;
    },
  };
}

/** Looks for the secret in the text as it reads without escapes, and cuts the same places out of the text itself. */
function scrubOne(text: string, secret: string): string {
  const plain = lower(text.replace(escapes, unescape));
  if (!plain.includes(secret)) return text;
  const starts = findStarts(text, plain.length);
  let scrubbed = "";
  let from = 0;
  for (let at = plain.indexOf(secret); at >= 0; at = plain.indexOf(secret, at + secret.length)) {
    scrubbed += `${text.slice(from, starts[at])}[token]`;
    from = starts[at + secret.length]!;
  }
  return scrubbed + text.slice(from);
}

function unescape(
  _all: string,
  unicode?: string,
  hex?: string,
  character?: string,
  percent?: string,
): string {
  return character ?? String.fromCharCode(Number.parseInt(unicode ?? hex ?? percent!, 16));
}

/** ASCII only: other letters may change the length of a text in lower case, and tokens hold none. */
function lower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** For each character of the plain text the place in the text where it begins, and the text's end. */
function findStarts(text: string, plainLength: number): Uint32Array {
  const starts = new Uint32Array(plainLength + 1);
  let plain = 0;
  let raw = 0;
  for (const { index, 0: escape } of text.matchAll(escapes)) {
    while (raw < index) starts[plain++] = raw++;
    starts[plain++] = raw;
    raw += escape.length;
  }
  while (raw <= text.length) starts[plain++] = raw++;
  return starts;
}
