/** A place where a page names a model. */
export interface Mention {
  readonly id: string;
  readonly offset: number;
  /** The id that may be meant instead: the address may go on where it seems to end. */
  readonly longer?: string;
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
    const from = match.index + match[0].length;
    const id = readId(text, from);
    if (id === undefined) continue;
    const longer = readLonger(text, from, id);
    mentions.push({ id, offset: match.index, ...(longer !== undefined && { longer }) });
  }
  return mentions;
}

/** Characters that typesetting puts into an address in the place of a hyphen. */
const hyphens = /[\u00ad\u058a\u1806\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d]/g;
/** Characters that are not seen, and letters that typesetting has joined. */
const joints = /[\u00ad\u200b-\u200f\u2060-\u2064\ufeff\ufb00-\ufb06\uff0e\uff0f\uff3f]/;
const suspicious = new RegExp(`${hyphens.source}|${joints.source}`);
/** The rest of an address that an odd character or the end of a line cuts: letters, digits and their separators. */
const restOfAddress =
  /(?:[A-Za-z0-9._~/-]|[\u00ad\u058a\u1806\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d\u200b-\u200f\u2060-\u2064\ufeff\ufb00-\ufb06\uff0e\uff0f\uff3f])+/y;

/** The id with the text behind its address, where that text may belong to it; undefined where it cannot. */
function readLonger(text: string, from: number, id: string): string | undefined {
  addressText.lastIndex = from;
  const end = from + (addressText.exec(text)?.[0] ?? "").length;
  const behind = text[end] ?? "";
  if (suspicious.test(behind)) return join(id, readRest(text, end));
  const line = /^[ \t]*\r?\n[ \t]*/.exec(text.slice(end, end + 200))?.[0];
  if (line === undefined) return undefined;
  const rest = readRest(text, end + line.length);
  const after = text.slice(end + line.length + rest.length, end + line.length + rest.length + 40);
  // A flag, or a word of prose, begins a line of its own.
  if (rest === "" || rest.startsWith("-") || !/^["'`\u201d\u2019]?[ \t]*\\?[ \t]*(?:\r?\n|$)/.test(after))
    return undefined;
  const isOpen = quoted.test(text.slice(Math.max(0, from - 100), from)) && /^["'`\u201d\u2019]/.test(after);
  const isCut = /[-._/]$/.test(text.slice(from, end)) || /^[a-z0-9._/-]*[-._/0-9][a-z0-9._/-]*$/.test(rest);
  return isOpen || isCut ? join(text.slice(from, end), rest) : undefined;
}

function readRest(text: string, from: number): string {
  restOfAddress.lastIndex = from;
  return restOfAddress.exec(text)?.[0] ?? "";
}

function join(id: string, rest: string): string | undefined {
  const plain = rest
    .normalize("NFKC")
    .replace(/\u00ad(?=[a-z0-9])/gi, "")
    .replace(hyphens, "-")
    .replace(joints, "")
    .replace(/[./]+$/, "");
  return plain === "" || plain === "-" ? undefined : `${id}${plain}`;
}

/** Finds a longer id on a page that begins as this one does: in its prose, in its JSON, in its own address. */
export function findLonger(
  text: string,
  id: string,
): { readonly id: string; readonly offset: number } | undefined {
  for (let at = text.indexOf(id); at >= 0; at = text.indexOf(id, at + 1)) {
    const rest = readRest(text, at + id.length).replace(/[./-]+$/, "");
    const isWhole = !/[A-Za-z0-9._~-]$/.test(text.slice(0, at).slice(-1));
    // The service's own addresses continue behind an id with the name of a call or of a page.
    if (
      isWhole &&
      /^[-._/][A-Za-z0-9]/.test(rest) &&
      !/^\/(?:api|playground|status|result|cancel|examples|reference|llms)\b/.test(rest)
    )
      return { id: id + rest, offset: at };
  }
  return undefined;
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
