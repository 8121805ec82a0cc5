import type { SchemaNode } from "./schema-node.js";
import type { Json, Schema } from "../../input/model.js";

/** The keywords of a normalised schema, in the order in which they are written. */
export const schemaKeywords = [
  "title",
  "description",
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
  "properties",
  "required",
  "additionalProperties",
  "items",
  "minItems",
  "maxItems",
  "uniqueItems",
  "anyOf",
  "x-media",
  "default",
  "examples",
] as const satisfies readonly (keyof Schema)[];

/** The same schema with its keywords in their order. */
export function inOrder(node: SchemaNode): SchemaNode {
  const result: { [keyword: string]: Json } = {};
  for (const keyword of schemaKeywords) {
    const value = node[keyword];
    if (value !== undefined) result[keyword] = value;
  }
  // A flag that the object around it reads, and then removes.
  if (typeof node["required"] === "boolean") result["required"] = node["required"];
  return result;
}
