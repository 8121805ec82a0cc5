import { chooseRoles, strangeKeys, type Found, type Roles } from "./choose.js";
import { decodePage } from "./decode.js";
import { findDocuments, type Documents } from "./documents.js";
import { looksLikeHtml, readHtml } from "./html.js";
import { findMentions, idProblem, type Mention } from "./id.js";
import type { Broken, Fields } from "./json.js";
import { canonicalTag, guessLanguage } from "./language.js";
import { decodeEntities, dropLineNumbers, dropQuoteMarks, lineCounter, type PageText } from "./text.js";

/** What a documentation page says of one model. */
export interface Page {
  readonly id: string;
  readonly input: Fields;
  /** Null where the page shows none. */
  readonly output: Fields | null;
  /** Null where the page shows none that can be read. */
  readonly example: Fields | null;
  /** BCP 47 tag; null where nothing tells. */
  readonly language: string | null;
  /** Where the page was, as it says itself. */
  readonly url: string | null;
  /** What was mended or assumed, each with its line. */
  readonly notes: readonly Remark[];
}

/** A sentence about a line of a page. */
export interface Remark {
  readonly line: number;
  readonly text: string;
}

/** A page that cannot be imported: what was found, what is missing, and where. */
export interface Refusal extends Remark {
  readonly ok: false;
}

/** A page that was understood, or the reason why it was not. */
export type PageResult = { readonly ok: true; readonly page: Page } | Refusal;

/** Reads a saved page in whatever form it has: text, markdown, HTML as a browser saves it, in any encoding. Never throws. */
export function readPage(bytes: Uint8Array): PageResult {
  const decoded = decodePage(bytes);
  if (!decoded.ok)
    return { ok: false, line: 1, text: `the page ${decoded.reason}; save it again as text or HTML` };
  let first: Refusal | null = null;
  for (const form of formsOf(decoded.text)) {
    const result = readForm(form);
    if (result.ok) {
      const notes =
        decoded.note === null
          ? result.page.notes
          : [{ line: 1, text: `the page ${decoded.note}` }, ...result.page.notes];
      return { ok: true, page: { ...result.page, notes } };
    }
    if (result.certain) return result;
    first ??= result;
  }
  return first ?? { ok: false, line: 1, text: "the page is empty; save it again as text or HTML" };
}

/** The ways in which a page may have to be read, the plainest first; later ones only matter where nothing was found before. */
function* formsOf(text: string): Generator<PageText> {
  const plain: PageText = { text, lines: null, language: null, url: null };
  const html = looksLikeHtml(text);
  const shown = html ? readHtml(text) : plain;
  yield shown;
  yield { ...shown, text: dropLineNumbers(shown.text), ...(html ? { lines: null } : {}) };
  if (html) yield readHtml(text, true);
  else yield { ...plain, text: dropQuoteMarks(text) };
  if (/&(?:quot|#34|#x22|lbrace|lcub|#123|#x7b);/i.test(shown.text))
    yield { ...shown, text: decodeEntities(shown.text), lines: null };
  if (html) yield plain;
  else if (/<\/?[a-z]/i.test(text)) yield readHtml(text);
}

interface Context {
  readonly documents: Documents;
  readonly roles: Roles;
  readonly mentions: readonly Mention[];
  readonly lineAt: (offset: number) => number;
  readonly end: number;
}

/** `certain` is true where another way of reading the page cannot help. */
function readForm(
  form: PageText,
): { readonly ok: true; readonly page: Page } | (Refusal & { readonly certain: boolean }) {
  const documents = findDocuments(form.text);
  const mentions = findMentions(form.text, coverage(documents));
  const roles = chooseRoles(documents, callDetector(form.text, documents, mentions));
  const context: Context = { documents, roles, mentions, lineAt: lineCounter(form), end: form.text.length };
  const fault = findFault(context);
  if (fault !== null) {
    const { offset, text, certain } = fault;
    return { ok: false, certain, line: context.lineAt(offset), text: `${text}. ${inventory(context)}` };
  }
  const { input, output, example } = roles as Roles & { readonly input: Found };
  const prose = outside(form.text, documents);
  const language = canonicalTag(form.language) ?? guessLanguage(prose);
  const page: Page = {
    id: mentions[0]?.id ?? "",
    input: input.value,
    output: output?.value ?? null,
    example: example?.value ?? null,
    language,
    url: form.url !== null && /^https?:\/\/\S+$/.test(form.url) ? form.url : null,
    notes: remarks(context),
  };
  return { ok: true, page };
}

interface Fault {
  readonly offset: number;
  readonly text: string;
  readonly certain: boolean;
}

function findFault(context: Context): Fault | null {
  const { documents, roles, mentions, lineAt, end } = context;
  const ids = new Map(mentions.map(({ id, offset }) => [id, offset]).toReversed() as [string, number][]);
  if (ids.size > 1) {
    const list = [...ids]
      .toSorted(([, left], [, right]) => left - right)
      .map(([id, at]) => `${id} (line ${lineAt(at)})`);
    const text = `the page names ${ids.size} models: ${list.slice(0, 5).join(", ")}. One page is about one model: import them as separate files`;
    return { offset: mentions[0]?.offset ?? 0, text, certain: true };
  }
  const broken = documents.broken.find(
    (each) => each.schema || each.cut || each.keys.some((key) => key === "output"),
  );
  if (broken !== undefined)
    return { offset: broken.offset, text: describeBroken(broken, context), certain: false };
  if (roles.input === null) {
    const what =
      roles.output === null ? "the page has no schema" : "the page has an output schema but no input schema";
    return { offset: end, text: `${what} (looked up to line ${lineAt(end)})`, certain: false };
  }
  const [rival] = roles.rivals;
  if (rival !== undefined) {
    const text = `the page has two schemas that could be the input, in lines ${lineAt(roles.input.reading.start)} and ${lineAt(rival.reading.start)}`;
    return { offset: rival.reading.start, text, certain: false };
  }
  const [mention] = mentions;
  if (mention === undefined) {
    return {
      offset: 0,
      text: "the page has no call of a model: no address with /v1/models/<id> outside its JSON",
      certain: false,
    };
  }
  const problem = idProblem(mention.id);
  if (problem !== null)
    return {
      offset: mention.offset,
      text: `the model id ${JSON.stringify(mention.id)} ${problem}`,
      certain: true,
    };
  for (const found of [roles.input, roles.output]) {
    const twice = found?.reading.duplicates[0];
    if (twice === undefined) continue;
    return {
      offset: twice.offset,
      text: `the schema states ${twice.pointer} twice, and only one can be true`,
      certain: false,
    };
  }
  return null;
}

function describeBroken(broken: Broken, { lineAt, roles }: Context): string {
  const what = broken.schema ? (roles.input === null ? "the input schema" : "a schema") : "the JSON";
  const where = broken.pointer === "" ? "" : `, at ${broken.pointer}`;
  return broken.cut
    ? `${what} that starts in line ${lineAt(broken.start)} is cut off in line ${lineAt(broken.offset)}${where}: the page ends there`
    : `${what} that starts in line ${lineAt(broken.start)} ${broken.reason}, in line ${lineAt(broken.offset)}${where}`;
}

/** What the page has and what it lacks, for a message of refusal. */
function inventory({ roles, mentions, lineAt }: Context): string {
  const found: string[] = [];
  const missing: string[] = [];
  const note = (name: string, offset: number | undefined) =>
    offset === undefined ? missing.push(name) : found.push(`${name} (line ${lineAt(offset)})`);
  note(mentions[0] === undefined ? "a model id" : `the id ${mentions[0].id}`, mentions[0]?.offset);
  note("an example", roles.example?.reading.start);
  note("an input schema", roles.input?.reading.start);
  note("an output schema", roles.output?.reading.start);
  return `Found: ${found.join(", ") || "nothing"}. Missing: ${missing.join(", ") || "nothing"}.`;
}

function remarks({ documents, roles, lineAt, end }: Context): Remark[] {
  const notes: Remark[] = [];
  const add = (offset: number, text: string) => notes.push({ line: lineAt(offset), text });
  for (const found of [roles.input, roles.output, roles.example]) {
    const repairs = new Map(
      found?.reading.repairs.map(({ what, offset }) => [what, offset]).toReversed() as [string, number][],
    );
    for (const [what, offset] of repairs)
      add(offset, `the page's JSON has ${what}; read as what it must mean`);
  }
  for (const { pointer, offset } of roles.example?.reading.duplicates ?? [])
    add(offset, `the example states ${pointer} twice; the last one counts`);
  for (const { reading } of roles.others)
    add(reading.start, "another schema, which is neither the input nor the output; left out");
  if (roles.example === null) {
    const broken = documents.broken[0];
    add(
      broken?.offset ?? end,
      broken === undefined ? "the page shows no example body" : `the example body ${broken.reason}; left out`,
    );
  } else {
    const strange = strangeKeys(roles);
    if (strange.length > 0)
      add(
        roles.example.reading.start,
        `the example has keys that the input schema does not know: ${strange.slice(0, 8).join(", ")}`,
      );
  }
  if (roles.output === null)
    add(end, "the page shows no output schema; the standard media output is assumed");
  return notes.toSorted((left, right) => left.line - right.line);
}

/** Tells whether an offset lies inside one of the JSON documents. */
function coverage({ whole }: Documents): (offset: number) => boolean {
  let index = 0;
  return (offset) => {
    // Offsets come in ascending order.
    while ((whole[index]?.end ?? Infinity) <= offset) index++;
    return (whole[index]?.start ?? Infinity) <= offset;
  };
}

/** Tells whether a document is the body of a call: the nearest address before it is the model's, and no document is between. */
function callDetector(
  text: string,
  { whole }: Documents,
  mentions: readonly Mention[],
): (offset: number) => boolean {
  const bodies = new Set<number>();
  let next = 0;
  let behind = 0;
  for (const { start, end } of whole) {
    let last: number | undefined;
    for (; (mentions[next]?.offset ?? Infinity) < start; next++) last = mentions[next]?.offset;
    if (last !== undefined && !text.slice(Math.max(last, behind), start).includes("/v1/requests/"))
      bodies.add(start);
    behind = end;
  }
  return (offset) => bodies.has(offset);
}

/** The text between the documents, without addresses and code. */
function outside(text: string, { whole }: Documents): string {
  let at = 0;
  const parts: string[] = [];
  for (const { start, end } of whole) {
    parts.push(text.slice(at, start));
    at = end;
  }
  parts.push(text.slice(at));
  return parts.join("\n").replace(/https?:\/\/\S+|\S*[_/\\{}<>=]\S*|^\s*--?\w.*$/gm, " ");
}
