// Responses come from outside, up to 10 MiB of them, whole or cut anywhere: every function here is O(n).

/** The deepest nesting that is parsed. Deeper texts cost the parser seconds and gigabytes; no answer of the service is like that. */
const deepest = 250_000;

/** The place of the quotation mark that ends the string beginning at `start`; past the end of a text that is cut. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let from = at;
    while (text.charCodeAt(from - 1) === backslash) from--;
    if ((at - from) % 2 === 0) return at;
  }
  return text.length;
}

const backslash = 92;

/** Parses JSON; whole numbers that JavaScript cannot hold become strings. Throws where the text is not JSON or too deep. */
export function parseJson(text: string): unknown {
  if (text.length > deepest && depthOf(text) > deepest) throw new SyntaxError("nested too deeply");
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

/** The deepest nesting of brackets outside of strings. */
function depthOf(text: string): number {
  let most = 0;
  walkTokens(text, (_at, depth) => {
    most = Math.max(most, depth);
    return depth <= deepest;
  });
  return most;
}

/** Visits each bracket and the beginning of each string, with the depth there, until the visitor gives false. */
function walkTokens(text: string, visit: (at: number, depth: number) => boolean): void {
  const tokens = /["[\]{}]/g;
  let depth = 0;
  for (let match; (match = tokens.exec(text));) {
    const sign = match[0];
    if (sign === '"') tokens.lastIndex = endOfString(text, match.index) + 1;
    else depth += sign === "{" || sign === "[" ? 1 : -1;
    if (!visit(match.index, depth)) return;
  }
}

/** The names that an answer, whole or cut, has at the top of its object. */
export interface Evidence {
  /** Each `request_id`, in the order of the text. */
  readonly ids: readonly string[];
  /** Whether an error code stands beside them. */
  readonly hasErrorCode: boolean;
}

/**
 * Reads the `request_id`s at the top of a text that may be damaged. Objects inside it may name other jobs; a page and a list
 * name none. An escaped name (`"request\u005fid"`) counts as the parser would read it.
 */
export function readEvidence(text: string): Evidence {
  const ids = new Set<string>();
  let hasErrorCode = false;
  // The size of a chunk may stand before the object.
  if (/^[^"<[{]*\{/.test(text)) {
    walkTokens(text, (at, depth) => {
      if (depth !== 1 || text[at] !== '"') return true;
      const name = readString(text, at);
      if (name === "request_id") {
        const id = readString(text, valueAfter(text, at));
        if (id !== undefined && /^[\w-]{1,128}$/.test(id)) ids.add(id);
      } else if (name === "error_code") {
        hasErrorCode ||= /^(?:-?[1-9]|"[^"])/.test(text.slice(valueAfter(text, at)).slice(0, 3));
      }
      return true;
    });
  }
  return { ids: [...ids], hasErrorCode };
}

/** The string that begins at a quotation mark, as the parser reads it; undefined where it is cut, or longer than a name or an id. */
function readString(text: string, start: number): string | undefined {
  if (text[start] !== '"') return undefined;
  const literal = text.slice(start, endOfString(text, start) + 1);
  if (literal.length > 1000) return undefined;
  try {
    return JSON.parse(literal) as string;
  } catch {
    return undefined;
  }
}

/** The place of the value that belongs to the name at `start`; the end of the text where the string there is no name. */
function valueAfter(text: string, start: number): number {
  const colon = /\s*:\s*/y;
  colon.lastIndex = endOfString(text, start) + 1;
  return colon.test(text) ? colon.lastIndex : text.length;
}
