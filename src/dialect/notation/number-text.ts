/** Keywords of a schema that hold a number. */
export const numberKeywords: ReadonlySet<string> = new Set([
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "minProperties",
  "maxProperties",
]);

/** Tells whether a text spells a number in decimal digits, and nothing else. */
export function isNumberText(text: string): boolean {
  return text.length <= 40 && /^-?\d+(?:\.\d+)?$/.test(text);
}
