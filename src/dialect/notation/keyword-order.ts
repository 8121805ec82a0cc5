import type { SchemaNode } from "./schema-node.js";
import type { Json, Schema } from "../../input/model.js";
import { isExtension, keptAnnotations, keptFacts, keptMaps, keptSchemas } from "./kept-keywords.js";

/** The keywords of a normalised schema, in the order in which they are written. */
export const schemaKeywords = [
  "title",
  "description",
  "$ref",
  "type",
  "const",
  "enum",
  "format",
  "minimum",
  "exclusiveMinimum",
  "maximum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "pattern",
  "properties",
  "required",
  "additionalProperties",
  "prefixItems",
  "items",
  "minItems",
  "maxItems",
  "uniqueItems",
  "anyOf",
  "x-media",
  "default",
  "examples",
  "x-role",
  ...keptAnnotations,
  ...keptMaps,
  ...keptSchemas,
  ...keptFacts,
  "allOf",
  "$defs",
] as const satisfies readonly (keyof Schema)[];

/** The same schema with its keywords in their order. */
export function inOrder(node: SchemaNode): SchemaNode {
  const result: { [keyword: string]: Json } = {};
  for (const keyword of schemaKeywords) {
    const value = node[keyword];
    if (value !== undefined) result[keyword] = value;
  }
  for (const keyword in node) if (isExtension(keyword)) result[keyword] = node[keyword]!;
  // A flag that the object around the schema reads and then removes.
  if (typeof node["required"] === "boolean") result["required"] = node["required"];
  return result;
}
