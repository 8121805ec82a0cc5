/**
 * Text from a spec as a description. Descriptions are CommonMark, which lets HTML and links with any scheme through: what would
 * become either is written so that it is read as text. Returns "" where nothing is left.
 */
export function toDescription(text: string): string {
  // Nearly every text is plain, and there are many.
  if (!suspicious.test(text)) return text.trim();
  return text
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, "\n")
    .replace(/\p{Surrogate}/gu, "\uFFFD")
    .replace(/&(?=#?\w+;)/g, "&amp;")
    .replace(/<(?=[a-z/!?])/gi, "&lt;")
    .replace(/(?<=\](?:\(|:)\s*)(javascript|vbscript|data)(?=:)/gi, "$1 ")
    .replace(/eval\(/g, "eval (")
    .trim();
}

/** Text from a spec as a description on one line, for summaries and titles. */
export function toLine(text: string): string {
  const description = toDescription(text);
  return /[^\S ]| {2}/.test(description) ? description.replace(/\s+/g, " ") : description;
}

const suspicious = /[<&\]\r\u0085\u2028\u2029\ud800-\udfff]|eval\(/;
