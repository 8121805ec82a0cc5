/** A place where a page names a model. */
export interface Mention {
  readonly id: string;
  readonly offset: number;
}

const mentionStart = /\/v1\/models\//g;
/** The characters of an address; any other, such as prose glued behind it, ends it. */
const addressText = /(?:[A-Za-z0-9._~%+@/-]|\\(?=[_.-])|:(?=[A-Za-z0-9])){1,300}/y;
/** Words behind a bare address that still belong to it, where the line goes on behind them. */
const bareWords = /(?: [A-Za-z0-9._~%+][A-Za-z0-9._~%+/-]{0,39}){1,5}(?= ?\\(?:\n|$| ?--))/y;
/** Words behind the first part of a quoted address: they belong to it up to the closing quotation mark. */
const quotedWords = /(?: [A-Za-z0-9._~%+][A-Za-z0-9._~%+/-]{0,39}){1,5}(?=["'`\u201d\u2019])/y;
const quoted = /["'`\u201c\u2018][^\s"'`]*$/;
const flag = /--(?:header|data|request|url|json|location|compressed)/;

/** Finds the model ids in the addresses of a text; `covered` tells which offsets lie inside JSON and do not count. */
export function findMentions(text: string, covered: (offset: number) => boolean): Mention[] {
  const mentions: Mention[] = [];
  for (const match of text.matchAll(mentionStart)) {
    if (covered(match.index)) continue;
    const id = readId(text, match.index + match[0].length);
    if (id !== undefined) mentions.push({ id, offset: match.index });
  }
  return mentions;
}

function readId(text: string, from: number): string | undefined {
  addressText.lastIndex = from;
  let raw = addressText.exec(text)?.[0] ?? "";
  const behind = text[from + raw.length] ?? "";
  // A name in braces or angle brackets is a placeholder for an id.
  if ("{<[$(*".includes(behind) && behind !== "" && raw.endsWith("/")) return undefined;
  if (raw === "" || behind === "{") return undefined;
  const words = quoted.test(text.slice(Math.max(0, from - 100), from)) ? quotedWords : bareWords;
  words.lastIndex = from + raw.length;
  raw += words.exec(text)?.[0] ?? "";
  const [bare = ""] = raw.replaceAll("\\", "").split(flag);
  let id = bare.replace(/[.:/ ]+$/, "");
  try {
    id = decodeURIComponent(id);
  } catch {
    return undefined;
  }
  return id.includes("/") && !/[{}<>]|\/:|^:/.test(id) ? id : undefined;
}

/** Says why an id cannot name a model, or undefined where it can. */
export function idProblem(id: string): string | undefined {
  const segments = id.split("/");
  if (segments.length < 2 || segments.length > 5)
    return `it has ${segments.length} segments, not two to five`;
  const reserved = segments.find((segment) =>
    ["", ".", "..", "__proto__", "prototype", "constructor"].includes(segment),
  );
  return reserved === undefined ? undefined : `it has the segment ${JSON.stringify(reserved)}`;
}
