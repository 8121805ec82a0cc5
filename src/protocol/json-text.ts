// Responses come from outside, up to 10 MiB of them, whole or cut anywhere: every function here is O(n).

/** The deepest nesting that is parsed. Deeper texts cost the parser seconds and gigabytes; no answer of the service is like that. */
const deepest = 250_000;

/** Parses JSON; whole numbers that JavaScript cannot hold become strings. Throws where the text is not JSON or too deep. */
export function parseJson(text: string): unknown {
  if (text.length > deepest && walk(text) > deepest) throw new SyntaxError("nested too deeply");
  const value: unknown = JSON.parse(text);
  if (!/\d{16}/.test(text)) return value;
  const bounds: number[] = [];
  walk(text, (start, end) => bounds.push(start, end));
  let next = 0;
  const exact = text.replace(/(?<![\d.eE+-])-?\d{16}[\d.eE+-]*/g, (token, at: number) => {
    while (bounds[next]! <= at) next++;
    const isInString = next % 2 > 0;
    return isInString || /[.eE]/.test(token) || Number.isSafeInteger(Number(token)) ? token : `"${token}"`;
  });
  return JSON.parse(exact);
}

/** Visits each string with the depth of the brackets around it, and gives the greatest depth. */
function walk(text: string, visit?: (start: number, end: number, depth: number) => void): number {
  let depth = 0;
  let most = 0;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === "{" || sign === "[") most = Math.max(most, ++depth);
    else if (sign === "}" || sign === "]") depth--;
    else if (sign === '"') {
      const start = at;
      while (++at < text.length && text[at] !== '"') if (text[at] === "\\") at++;
      visit?.(start, at + 1, depth);
    }
  }
  return most;
}

/**
 * Reads each `request_id` at the top of a text that may be damaged. Objects inside it may name other jobs; a page and a list name
 * none. An escaped name (`"request\u005fid"`) counts as the parser would read it.
 */
export function readRequestIds(text: string): string[] {
  const ids = new Set<string>();
  const colon = /\s*:\s*/y;
  // The size of a chunk may stand before the object.
  if (/^[^"<[{]*\{/.test(text))
    walk(text, (start, end, depth) => {
      colon.lastIndex = end;
      if (depth !== 1 || !colon.test(text) || readString(text.slice(start, end)) !== "request_id") return;
      const value = text.slice(colon.lastIndex, colon.lastIndex + 1000);
      const id = readString(/^"[\w\\-]+"/.exec(value)?.[0]);
      if (id && /^[\w-]{1,128}$/.test(id)) ids.add(id);
    });
  return [...ids];
}

/** The text of a JSON string; undefined where that is cut or damaged. */
function readString(literal = ""): string | undefined {
  try {
    return JSON.parse(literal) as string;
  } catch {
    return undefined;
  }
}
