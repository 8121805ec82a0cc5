/** The keywords that hold wording, or say what a field is for: they may say anything without changing what a model takes. */
export const wordingKeywords: ReadonlySet<string> = new Set([
  "title",
  "description",
  "validation_error",
  "x-role",
  "$comment",
]);
