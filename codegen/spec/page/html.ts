import { Tokenizer, TokenizerMode, type Token, type TokenHandler } from "parse5";
import type { PageText } from "./text.js";

/** Elements whose content no reader of the page sees as text. */
const UNSEEN = new Set([
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
const BLOCKS = new Set(
  (
    "address article aside blockquote body br dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 " +
    "header hr li main nav ol p pre section summary table tbody tfoot thead tr ul"
  ).split(" "),
);
const VOID = new Set("area base br col embed hr img input link meta param source track wbr".split(" "));
const RAW = new Map([
  ["script", TokenizerMode.SCRIPT_DATA],
  ["style", TokenizerMode.RAWTEXT],
  ["iframe", TokenizerMode.RAWTEXT],
  ["noscript", TokenizerMode.RAWTEXT],
  ["title", TokenizerMode.RCDATA],
  ["textarea", TokenizerMode.RCDATA],
]);
/** Names that syntax highlighters give to the column of line numbers. */
const GUTTER =
  /(?:^|[\s_-])(?:line-?numbers?|linenos?|linenodiv|gutter|ln-num|line-?nums?|hljs-ln-numbers|blob-num)(?:$|[\s_-])/i;

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

class TextReader implements TokenHandler {
  readonly chunks: string[] = [];
  /** Pairs of a text offset and the source line that starts there. */
  readonly lines: [number, number][] = [];
  language: string | null = null;
  url: string | null = null;
  tokenizer: Tokenizer | null = null;
  private readonly everything: boolean;
  private length = 0;
  /** Where the pieces of the table cell that is open begin. */
  private cell: number | null = null;
  private skipping: { readonly name: string; depth: number } | null = null;

  constructor(everything: boolean) {
    this.everything = everything;
  }

  onStartTag(token: Token.TagToken): void {
    const name = token.tagName;
    const mode = RAW.get(name);
    if (mode !== undefined && this.tokenizer !== null) {
      this.tokenizer.state = mode;
      this.tokenizer.lastStartTagName = name;
    }
    const attributes = new Map(token.attrs.map(({ name: key, value }) => [key, value]));
    this.learn(name, attributes);
    if (this.skipping !== null) {
      if (this.skipping.name === name && !token.selfClosing) this.skipping.depth++;
      return;
    }
    if (VOID.has(name)) {
      if (BLOCKS.has(name)) this.add("\n", token.location);
      return;
    }
    if (UNSEEN.has(name) || isGutter(attributes) || (!this.everything && isHidden(attributes))) {
      if (!token.selfClosing) this.skipping = { name, depth: 1 };
      return;
    }
    if (BLOCKS.has(name)) this.add("\n", token.location);
    else if (name === "td") {
      this.add(" ", token.location);
      this.cell = this.chunks.length;
    }
  }

  onEndTag(token: Token.TagToken): void {
    if (this.skipping !== null) {
      if (this.skipping.name === token.tagName && --this.skipping.depth === 0) this.skipping = null;
      return;
    }
    if (token.tagName === "td") this.closeCell();
    if (BLOCKS.has(token.tagName)) this.add("\n", token.location);
  }

  /** A cell with nothing but a number beside code is a line number: it is blanked. */
  private closeCell(): void {
    const from = this.cell ?? this.chunks.length;
    this.cell = null;
    if (this.chunks.length - from > 3 || !/^\s*\d{1,5}\s*$/.test(this.chunks.slice(from).join(""))) return;
    for (let index = from; index < this.chunks.length; index++) {
      this.chunks[index] = " ".repeat(this.chunks[index]?.length ?? 0);
    }
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
    if (this.skipping !== null) return;
    let line = location?.startLine ?? 1;
    for (const part of chars.split(/(?<=\n)/)) {
      this.lines.push([this.length, line++]);
      this.chunks.push(part);
      this.length += part.length;
    }
  }

  private learn(name: string, attributes: ReadonlyMap<string, string>): void {
    if (name === "html") this.language ??= attributes.get("lang") ?? attributes.get("xml:lang") ?? null;
    if (name === "link" && attributes.get("rel")?.toLowerCase() === "canonical")
      this.url = attributes.get("href") ?? this.url;
    if (name === "meta" && attributes.get("property") === "og:url")
      this.url ??= attributes.get("content") ?? null;
  }
}

function isHidden(attributes: ReadonlyMap<string, string>): boolean {
  const style = attributes.get("style") ?? "";
  return attributes.has("hidden") || /display\s*:\s*none|visibility\s*:\s*hidden/i.test(style);
}

function isGutter(attributes: ReadonlyMap<string, string>): boolean {
  if (/user-select\s*:\s*none/i.test(attributes.get("style") ?? "")) return true;
  const names = (attributes.get("class") ?? "").split(/\s+/);
  return names.some(
    (name) => name.length < 80 && (GUTTER.test(name) || /(?:^|-)line-number$|^linenumber$/i.test(name)),
  );
}

/** Browsers that save a page whole say in a comment where it came from. */
function savedFrom(html: string): string | null {
  return /<!--\s*saved from url=\(\d+\)(\S+)\s*-->/i.exec(html.slice(0, 4096))?.[1] ?? null;
}
