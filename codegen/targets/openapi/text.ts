/**
 * Text from a spec as a description: CommonMark in which nothing is taken for a script. Returns "" where nothing is left.
 */
export const toDescription = (text: string): string =>
  text
    .replace(/\p{Surrogate}/gu, "\uFFFD")
    .replace(/<(?=\/?script)/gi, "&lt;")
    .replace(/\beval\(/g, "eval&#40;")
    .trim();

/** The same on one line, for summaries and titles. */
export const toLine = (text: string): string => toDescription(text).replace(/\s+/g, " ");
