/** Keywords that hold a schema, or true or false, and that the input check does not enforce. */
export const keptSchemas = [
  "not",
  "if",
  "then",
  "else",
  "contains",
  "propertyNames",
  "unevaluatedItems",
  "unevaluatedProperties",
  "contentSchema",
] as const;

/** Keywords that hold a schema for each name, and that the input check does not enforce. */
export const keptMaps = ["patternProperties", "dependentSchemas"] as const;

/** Keywords that hold plain values, and that the input check does not enforce. */
export const keptFacts = [
  "minContains",
  "maxContains",
  "minProperties",
  "maxProperties",
  "dependentRequired",
] as const;

/** Keywords that say nothing about which values are right, for other tools. */
export const keptAnnotations = [
  "discriminator",
  "deprecated",
  "readOnly",
  "writeOnly",
  "contentEncoding",
  "contentMediaType",
  "externalDocs",
  "xml",
] as const;

/** Keywords of which those of one schema belong together, such as `if`, `then` and `else`. */
export const groupedKeywords: ReadonlySet<string> = new Set([...keptSchemas, ...keptMaps, ...keptFacts]);

/** Tells whether a name is that of an extension, which may hold anything. */
export function isExtension(keyword: string): boolean {
  return keyword.startsWith("x-") && keyword !== "x-media" && keyword !== "x-role";
}
