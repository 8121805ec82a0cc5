/** A place where a page names a model. */
export interface Mention {
  readonly id: string;
  readonly offset: number;
}

const MENTION = /\/v1\/models\//g;
/** What an address can hold; anything else, such as the prose glued behind it, ends it. */
const ADDRESS = /(?:[A-Za-z0-9._~%+@/-]|\\(?=[_.-])|:(?=[A-Za-z0-9])){1,300}/y;
/** Words behind the address that still belong to it: spaces are kept in a quoted address or before a line that goes on. */
const SPACED = /(?: [A-Za-z0-9._~%+][A-Za-z0-9._~%+/-]{0,39}){1,5}(?=["'`\u201d\u2019]| ?\\(?:\n|$| ?--))/y;
const FLAG = /--(?:header|data|request|url|json|location|compressed)/;
const RESERVED =
  /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(?:\..*)?$/i;

/** Finds the model ids in the addresses of a text; `covered` tells which offsets lie inside JSON and do not count. */
export function findMentions(text: string, covered: (offset: number) => boolean): Mention[] {
  const mentions: Mention[] = [];
  for (const match of text.matchAll(MENTION)) {
    if (covered(match.index)) continue;
    const id = readId(text, match.index + match[0].length);
    if (id !== null) mentions.push({ id, offset: match.index });
  }
  return mentions;
}

function readId(text: string, from: number): string | null {
  ADDRESS.lastIndex = from;
  let raw = ADDRESS.exec(text)?.[0] ?? "";
  const behind = text[from + raw.length] ?? "";
  // A name in braces or angles stands for an id; it is none.
  if ("{<[$(*".includes(behind) && behind !== "" && raw.endsWith("/")) return null;
  if (raw === "" || behind === "{") return null;
  SPACED.lastIndex = from + raw.length;
  raw += SPACED.exec(text)?.[0] ?? "";
  const [bare = ""] = raw.replaceAll("\\", "").split(FLAG);
  let id = bare.replace(/[.:/ ]+$/, "");
  try {
    id = decodeURIComponent(id);
  } catch {
    return null;
  }
  return id.includes("/") && !/[{}<>]|\/:|^:/.test(id) ? id : null;
}

/** Says why an id cannot name a file, or null where it can. */
export function idProblem(id: string): string | null {
  const segments = id.split("/");
  if (segments.length < 2 || segments.length > 5)
    return `has ${segments.length} segments; an id has two to five`;
  if (id.length > 200) return "is longer than 200 characters";
  for (const segment of segments) {
    if (segment === "") return "has an empty segment";
    if (segment === "." || segment === "..") return `has the segment ${segment}, which leaves the folder`;
    const odd = /[^A-Za-z0-9._~@+ -]/u.exec(segment)?.[0];
    if (odd !== undefined) return `has the character ${JSON.stringify(odd)}`;
    if (/^ |[. ]$/.test(segment))
      return `has the segment ${JSON.stringify(segment)}, which some disks would rename`;
    if (RESERVED.test(segment)) return `has the segment ${segment}, a reserved name on Windows`;
    if (["__proto__", "prototype", "constructor"].includes(segment)) return `has the segment ${segment}`;
  }
  return null;
}
