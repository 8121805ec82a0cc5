import { Tokenizer, TokenizerMode, type Token, type TokenHandler } from "parse5";
import type { PageText } from "./page-text.js";

/** Elements whose content no reader of the page sees as text. */
const unseen = new Set([
  "script",
  "style",
  "template",
  "noscript",
  "svg",
  "button",
  "title",
  "iframe",
  "select",
]);
/** Elements that stand on lines of their own. */
const blockElements = new Set(
  (
    "address article aside blockquote body br dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 " +
    "header hr li main nav ol p pre section summary table tbody tfoot thead tr ul"
  ).split(" "),
);
const voidElements = new Set(
  "area base br col embed hr img input link meta param source track wbr".split(" "),
);
const rawModes = new Map([
  ["script", TokenizerMode.SCRIPT_DATA],
  ["style", TokenizerMode.RAWTEXT],
  ["iframe", TokenizerMode.RAWTEXT],
  ["noscript", TokenizerMode.RAWTEXT],
  ["title", TokenizerMode.RCDATA],
  ["textarea", TokenizerMode.RCDATA],
]);
/** Names that syntax highlighters give to the column of line numbers. */
const gutterName =
  /(?:^|[\s_-])(?:line-?numbers?|linenos?|linenodiv|gutter|ln-num|line-?nums?|hljs-ln-numbers|blob-num)(?:$|[\s_-])/i;

/** The most gutters inside gutters: no page that a person reads has more. */
const mostGutters = 8;

/** Tells whether a text is HTML, by its first marks or by the number of tags that close. */
export function looksLikeHtml(text: string): boolean {
  const head = text.slice(0, 65_536);
  if (/^\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype|html|head|body)\b/i.test(head)) return true;
  if (/<(?:html|head|body)[\s>]/i.test(head)) return true;
  return (text.match(/<\/(?:div|span|pre|code|p|td|li)>/gi)?.length ?? 0) >= 6;
}

/**
 * Takes the visible text out of a page: scripts, buttons, line numbers and what is hidden are left out.
 *
 * @param everything - keeps what is hidden, such as the panel behind another tab.
 */
export function readHtml(html: string, everything = false): PageText {
  const reader = new TextReader(everything);
  const tokenizer = new Tokenizer({ sourceCodeLocationInfo: true }, reader);
  reader.tokenizer = tokenizer;
  tokenizer.write(html, true);
  return {
    text: reader.chunks.join(""),
    lines: reader.lines,
    language: reader.language,
    url: reader.url ?? savedFrom(html),
  };
}

interface Gutter {
  readonly name: string;
  /** The piece that it begins with. */
  readonly from: number;
  /** The text that it holds if it really is a gutter. */
  readonly marks: RegExp;
  depth: number;
}

class TextReader implements TokenHandler {
  readonly chunks: string[] = [];
  /** Pairs of a text offset and the source line that starts there. */
  readonly lines: [number, number][] = [];
  language: string | undefined;
  url: string | undefined;
  tokenizer: Tokenizer | undefined;
  private readonly everything: boolean;
  private length = 0;
  /** The open elements that may be no more than line numbers, the innermost last. */
  private readonly gutters: Gutter[] = [];
  private row = new TableRow();
  private skipping: { readonly name: string; depth: number } | undefined;

  constructor(everything: boolean) {
    this.everything = everything;
  }

  onStartTag(token: Token.TagToken): void {
    const name = token.tagName;
    const mode = rawModes.get(name);
    if (mode !== undefined && this.tokenizer !== undefined) {
      this.tokenizer.state = mode;
      this.tokenizer.lastStartTagName = name;
    }
    const attributes = new Map(token.attrs.map(({ name: key, value }) => [key, value]));
    this.learn(name, attributes);
    if (this.skipping !== undefined) {
      if (this.skipping.name === name && !token.selfClosing) this.skipping.depth++;
      return;
    }
    if (voidElements.has(name)) {
      if (blockElements.has(name)) this.add("\n", token.location);
      return;
    }
    if (name === "iframe") this.readFrame(attributes.get("srcdoc"), token.location);
    if (unseen.has(name) || (!this.everything && isHidden(attributes))) {
      if (!token.selfClosing) this.skipping = { name, depth: 1 };
      return;
    }
    if (blockElements.has(name)) this.add("\n", token.location);
    if (name === "tr") this.row = new TableRow();
    if (name === "td") {
      this.add(" ", token.location);
      this.blank(this.row.openCell(this.chunks.length));
    }
    if (token.selfClosing) return;
    for (const gutter of this.gutters) if (gutter.name === name) gutter.depth++;
    const marks = gutterMarks(attributes);
    if (marks !== undefined && this.gutters.length < mostGutters)
      this.gutters.push({ name, from: this.chunks.length, marks, depth: 1 });
  }

  onEndTag(token: Token.TagToken): void {
    if (this.skipping !== undefined) {
      if (this.skipping.name === token.tagName && --this.skipping.depth === 0) this.skipping = undefined;
      return;
    }
    if (token.tagName === "td") this.row.closeCell(this.chunks);
    for (const gutter of this.gutters) if (gutter.name === token.tagName) gutter.depth--;
    const closed = this.gutters.findIndex(({ depth }) => depth === 0);
    // A gutter also ends the gutters inside it that were left open.
    if (closed >= 0) this.closeGutter(this.gutters.splice(closed)[0]!);
    if (blockElements.has(token.tagName)) this.add("\n", token.location);
  }

  private closeGutter({ from, marks }: Gutter): void {
    if (marks.test(this.chunks.slice(from).join(""))) this.blank([from, this.chunks.length]);
  }

  /** Turns pieces into spaces of the same length, so that offsets stay. */
  private blank([from, to]: readonly [number, number]): void {
    for (let index = from; index < to; index++)
      this.chunks[index] = " ".repeat(this.chunks[index]?.length ?? 0);
  }

  /** Reads a frame, whose page may be written in an attribute. */
  private readFrame(page: string | undefined, location: Token.Location | null): void {
    if (page !== undefined) this.add(`\n${readHtml(page, this.everything).text}\n`, location);
  }

  onCharacter(token: Token.CharacterToken): void {
    this.add(token.chars, token.location);
  }
  onWhitespaceCharacter(token: Token.CharacterToken): void {
    this.add(token.chars, token.location);
  }
  onNullCharacter(): void {}
  onComment(): void {}
  onDoctype(): void {}
  onEof(): void {}

  private add(chars: string, location: Token.Location | null): void {
    if (this.skipping !== undefined) return;
    let line = location?.startLine ?? 1;
    for (const part of chars.split(/(?<=\n)/)) {
      this.lines.push([this.length, line++]);
      this.chunks.push(part);
      this.length += part.length;
    }
  }

  private learn(name: string, attributes: ReadonlyMap<string, string>): void {
    if (name === "html") this.language ??= attributes.get("lang") ?? attributes.get("xml:lang");
    if (name === "link" && attributes.get("rel")?.toLowerCase() === "canonical")
      this.url = attributes.get("href") ?? this.url;
    if (name === "meta" && attributes.get("property") === "og:url") this.url ??= attributes.get("content");
  }
}

/** Finds cells with nothing but a number before a cell with code: these are line numbers. */
class TableRow {
  private cells = 0;
  private from = 0;
  /** The pieces of a first cell that holds nothing but a number. */
  private number: readonly [number, number] = [0, 0];

  /** Notes that a cell begins with this piece; gives the pieces of a number before it. */
  openCell(piece: number): readonly [number, number] {
    this.cells++;
    this.from = piece;
    return this.cells === 2 ? this.number : [0, 0];
  }

  closeCell(chunks: readonly string[]): void {
    if (this.cells !== 1 || chunks.length - this.from > 3) return;
    if (/^\s*\d{1,5}\s*$/.test(chunks.slice(this.from).join(""))) this.number = [this.from, chunks.length];
  }
}

function isHidden(attributes: ReadonlyMap<string, string>): boolean {
  const style = attributes.get("style") ?? "";
  return attributes.has("hidden") || /display\s*:\s*none|visibility\s*:\s*hidden/i.test(style);
}

/** Gives a pattern of the text that an element holds if it is a gutter; undefined where nothing marks it as one. Its name is not enough: code may be in an element with such a name, too. */
function gutterMarks(attributes: ReadonlyMap<string, string>): RegExp | undefined {
  if (/user-select\s*:\s*none/i.test(attributes.get("style") ?? "")) return /^[^"{}[\]]*$/;
  const names = (attributes.get("class") ?? "").split(/\s+/);
  const isNamed = names.some(
    (name) => name.length < 80 && (gutterName.test(name) || /(?:^|-)line-number$|^linenumber$/i.test(name)),
  );
  return isNamed ? /^[\s\d.:|$>]*$/ : undefined;
}

/** Finds the address of the page in the comment that browsers write into saved pages. */
function savedFrom(html: string): string | undefined {
  return /<!--\s*saved from url=\(\d+\)(\S+)\s*-->/i.exec(html.slice(0, 4096))?.[1];
}
