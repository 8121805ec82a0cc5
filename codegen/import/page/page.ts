import { chooseRoles, type FoundDocument, type Roles } from "./document-roles.js";
import { decodePage } from "./page-bytes.js";
import { findDocuments, type Documents } from "./documents.js";
import { looksLikeHtml, readHtml } from "./html-text.js";
import { plainSpaces } from "./odd-spaces.js";
import { findLonger, findMentions, type Mention } from "./model-mentions.js";
import type { Fields } from "../../../src/dialect/notation/fields.js";
import { canonicalTag, guessLanguage } from "./language.js";
import {
  decodeEntities,
  dropLineNumbers,
  dropQuoteMarks,
  hasEntities,
  lineCounter,
  type PageText,
} from "./page-text.js";
import { findProblem, inventory, remarks, type Context, type Remark } from "./page-problems.js";

/** The facts of one model on a documentation page. */
export interface Page {
  readonly id: string;
  readonly input: Fields;
  /** Undefined where the page shows none. */
  readonly output: Fields | undefined;
  /** Undefined where the page shows none that can be read. */
  readonly example: Fields | undefined;
  /** BCP 47 tag; undefined where nothing tells. */
  readonly language: string | undefined;
  /** The address of the page, as it says itself. */
  readonly url: string | undefined;
  /** Notes on what was repaired or assumed, each with its line. */
  readonly notes: readonly Remark[];
}

/** A page that cannot be imported: what was found, what is missing, and where. */
export interface Refusal extends Remark {
  readonly ok: false;
}

/** A page that was understood, or the reason why it was not. */
export type PageResult = { readonly ok: true; readonly page: Page } | Refusal;

/** Reads a saved page in any form (text, markdown, HTML as a browser saves it) and any encoding. Never throws. */
export function readPage(bytes: Uint8Array): PageResult {
  const decoded = decodePage(bytes);
  if (!decoded.ok)
    return { ok: false, line: 1, text: `the page ${decoded.reason}; save it again as text or HTML` };
  let first: Refusal | undefined;
  for (const form of formsOf(decoded.text)) {
    const result = readForm({ ...form, text: plainSpaces(form.text) });
    if (result.ok) {
      const notes =
        decoded.note === undefined
          ? result.page.notes
          : [{ line: 1, text: `the page ${decoded.note}` }, ...result.page.notes];
      return { ok: true, page: { ...result.page, notes } };
    }
    if (result.certain) return result;
    first ??= result;
  }
  return first ?? { ok: false, line: 1, text: "the page is empty; save it again as text or HTML" };
}

/**
 * The forms in which a page may have to be read, the plainest first; a later form is tried only where the earlier ones gave
 * nothing.
 */
function* formsOf(text: string): Generator<PageText> {
  const plain: PageText = { text, lines: undefined, language: undefined, url: undefined };
  const html = looksLikeHtml(text);
  const shown = html ? readShown(text) : plain;
  yield shown;
  yield { ...shown, text: dropLineNumbers(shown.text) };
  if (html) yield readShown(text, true);
  else yield { ...plain, text: dropQuoteMarks(text) };
  if (hasEntities(shown.text)) yield { ...shown, text: decodeEntities(shown.text), lines: undefined };
  if (!html && /<\/?[a-z]/i.test(text)) yield readHtml(text);
}

/** Reads the text that a page shows. A saved source view shows the source of another page: then the text of that page is read. */
function readShown(text: string, everything = false): PageText {
  const outer = readHtml(text, everything);
  if (!/<!doctype html|<html[\s>]/i.test(outer.text.slice(0, 500))) return outer;
  const inner = readHtml(outer.text, everything);
  const lineAt = lineCounter(outer);
  const starts = [...outer.text.matchAll(/^/gm)].map(({ index }) => lineAt(index));
  return { ...inner, lines: (inner.lines ?? []).map(([offset, line]) => [offset, starts[line - 1] ?? 1]) };
}

/** `certain` is true where another way of reading the page cannot help. */
function readForm(
  form: PageText,
): { readonly ok: true; readonly page: Page } | (Refusal & { readonly certain: boolean }) {
  const documents = findDocuments(form.text);
  const mentions = findMentions(form.text, coverage(documents));
  const roles = chooseRoles(documents, callDetector(form.text, documents, mentions));
  const [mention] = mentions;
  const longer = mention && (findLonger(form.text, mention.id) ?? findLonger(form.url ?? "", mention.id));
  const lineAt = lineCounter(form);
  const context: Context = { documents, roles, mentions, lineAt, end: form.text.length, longer };
  const problem = findProblem(context);
  if (problem !== undefined) {
    const { offset, text, certain } = problem;
    return { ok: false, certain, line: context.lineAt(offset), text: `${text}. ${inventory(context)}` };
  }
  const { input, output, example } = roles as Roles & { readonly input: FoundDocument };
  const prose = outside(form.text, documents);
  const language = canonicalTag(form.language) ?? guessLanguage(prose);
  const page: Page = {
    id: mentions[0]?.id ?? "",
    input: input.value,
    output: output?.value,
    example: example?.value,
    language,
    url: form.url !== undefined && /^https?:\/\/\S+$/.test(form.url) ? form.url : undefined,
    notes: remarks(context),
  };
  return { ok: true, page };
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

/** The text right before the body of a call: a flag of curl, or the argument of another client. */
const bodyMark =
  /(?:\s-d|--data(?:-\w+)?|--json)[\s'"=$\u2018\u201c]*$|(?:json|body|data|payload|input)["']?\s*[=:]\s*$|stringify\(\s*$/i;

/**
 * Tells whether a document can be the body of a call: the nearest address before it is the model's, and no document is
 * between. It is certain where a flag says so.
 */
function callDetector(
  text: string,
  { whole }: Documents,
  mentions: readonly Mention[],
): (offset: number) => "certain" | "possible" | undefined {
  const bodies = new Map<number, "certain" | "possible">();
  let next = 0;
  let behind = 0;
  for (const { start, end } of whole) {
    let last: number | undefined;
    for (; (mentions[next]?.offset ?? Infinity) < start; next++) last = mentions[next]?.offset;
    if (last !== undefined && !text.slice(Math.max(last, behind), start).includes("/v1/requests/")) {
      bodies.set(
        start,
        bodyMark.test(text.slice(Math.max(behind, start - 40), start)) ? "certain" : "possible",
      );
    }
    behind = end;
  }
  return (offset) => bodies.get(offset);
}

/** Tells whether a run of ASCII is a flag, a path or other code rather than a word. */
function isCode(run: string) {
  return /[_/\\{}<>=]/.test(run) || run.startsWith("-");
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
  return parts
    .join("\n")
    .slice(0, 400_000)
    .replace(/[!-~]+/g, (run) => (isCode(run) ? " " : run));
}
