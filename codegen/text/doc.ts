import { showInvisible } from "./invisible.js";

/** The longest line of a comment, in characters; a longer one is broken at a space. */
const lineWidth = 100;

/** The eight ways to end a line; CR LF is one of them. */
const lineEnd = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;

/**
 * Door 3: makes text fit to stand inside a `/** … *\/` comment, as lines without their leading asterisks.
 *
 * Line ends of every kind split, long lines are broken at spaces, invisible characters are shown as escapes, an `@` that an editor
 * would take for a tag gets a backslash, and nothing in it can end the comment or name a source map.
 */
export function docLines(text: string): readonly string[] {
  const lines = text.split(lineEnd).map((line) => showInvisible(line.replaceAll("\t", " ")).trim());
  return dropOuterBlanks(lines).flatMap(wrap).map(disarm);
}

/** The lines of {@link docLines} as one text. */
export function doc(text: string): string {
  return docLines(text).join("\n");
}

function dropOuterBlanks(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line !== "");
  const last = lines.findLastIndex((line) => line !== "");
  return first < 0
    ? []
    : lines.slice(first, last + 1).filter((line, at, all) => line !== "" || all[at - 1] !== "");
}

function wrap(line: string): readonly string[] {
  if (line.length <= lineWidth) return [line];
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(/ +/)) {
    if (current !== "" && current.length + 1 + word.length > lineWidth) {
      lines.push(current);
      current = word;
    } else current = current === "" ? word : `${current} ${word}`;
  }
  return [...lines, current];
}

/** Inserts backslashes and removes nothing. The end of a comment is broken last, so that no other edit can restore it. */
function disarm(line: string): string {
  return line
    .replace(/(?<![\p{L}\p{N}])@/gu, "\\@")
    .replace(/(?<=[/*])#/g, "\\#")
    .replaceAll("</", "<\\/")
    .replaceAll("*/", "*\\/");
}
