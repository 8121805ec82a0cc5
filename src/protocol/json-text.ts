// Answers come from outside, up to 10 MiB of them, whole or cut anywhere: nothing here looks at a sign twice.

/** The place of the quotation mark that ends the string beginning at `start`; past the end of a text that is cut. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at;
}

/** Parses JSON; whole numbers that JavaScript cannot hold become strings. */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!/\d{16}/.test(text)) return value;
  const tokens = /"|-?\d[\d.eE+-]{15,}/g;
  let exact = "";
  let from = 0;
  for (let match; (match = tokens.exec(text));) {
    const [token] = match;
    if (token === '"') tokens.lastIndex = endOfString(text, match.index) + 1;
    else if (/^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token))) {
      exact += `${text.slice(from, match.index)}"${token}"`;
      from = tokens.lastIndex;
    }
  }
  return from === 0 ? value : JSON.parse(exact + text.slice(from));
}

/**
 * The `request_id` of a damaged answer: whole, the only one at the top of the object, and no error code beside it. Objects
 * inside it may name other jobs.
 */
export function findId(text: string): string | undefined {
  const found = readIds(text);
  return found.size === 1 ? [...found][0] : undefined;
}

/** Whether an object names itself twice, and differently: a parser takes the last name, and nobody knows which is true. */
export function hasRivals(text: string): boolean {
  return [...readIds(text)].filter(Boolean).length > 1;
}

/** Each `request_id` at the top of an object, and undefined for an error code. */
function readIds(text: string): ReadonlySet<string | undefined> {
  const own = /"(?:request_id"\s*:\s*"([\w-]{1,128})"|error_code"\s*:\s*(?:-?[1-9]|"[^"]))/y;
  const found = new Set<string | undefined>();
  let depth = 0;
  // A page and a list have no id of their own; a chunk's size may stand before the object.
  if (!/^[^"<[{]*\{/.test(text)) return found;
  for (let at = text.indexOf("{"); at < text.length; at++) {
    const sign = text[at]!;
    if ("{[".includes(sign)) depth++;
    else if ("}]".includes(sign)) depth--;
    else if (sign === '"') {
      own.lastIndex = at;
      const match = depth === 1 && own.exec(text);
      if (match) found.add(match[1]);
      at = endOfString(text, at);
    }
  }
  return found;
}
