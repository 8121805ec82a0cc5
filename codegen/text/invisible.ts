/**
 * Characters that a reader cannot see, or that turn the direction of a line: controls, line separators, marks of
 * direction, byte order marks, tags, and halves of surrogate pairs. The joiners inside emoji (U+200C, U+200D) stay.
 */
const invisible =
  // oxlint-disable-next-line no-control-regex, no-misleading-character-class
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Surrogate}]/gu;

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Writes every invisible character as `\uXXXX`, as a JSON string would hold it. */
export function showInvisible(text: string): string {
  return text.replace(invisible, (found) => found.split("").map(escapeUnit).join(""));
}
