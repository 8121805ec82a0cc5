/**
 * Text from a spec as a description. Descriptions are CommonMark, which lets HTML and links with any scheme through: what would
 * become either is written so that it is read as text. Returns "" where nothing is left.
 */
export const toDescription = (text: string): string =>
  text
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, "\n")
    .replace(/\p{Surrogate}/gu, "\uFFFD")
    .replace(/&(?=#?\w+;)/g, "&amp;")
    .replace(/<(?=[a-z/!?])/gi, "&lt;")
    .replace(/(?<=\](?:\(|:)\s*)(javascript|vbscript|data)(?=:)/gi, "$1 ")
    .replace(/eval\(/g, "eval (")
    .trim();

/** The same on one line, for summaries and titles. */
export const toLine = (text: string): string => toDescription(text).replace(/\s+/g, " ");
