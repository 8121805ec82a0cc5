import type { Json, Schema, SchemaType } from "../../input/model.js";

/** A schema as documented: JSON, with any keywords that the documentation uses. */
export type SchemaNode = { readonly [keyword: string]: Json };

/** Tells an object of plain JSON from every other value. */
export function isObject(value: unknown): value is SchemaNode {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A copy without some keywords. */
export function without(node: SchemaNode, ...keywords: readonly string[]): SchemaNode {
  const copy: { [keyword: string]: Json } = {};
  // A copy is built, because `delete` would make every later access to the object slow.
  for (const keyword in node) if (!keywords.includes(keyword)) copy[keyword] = node[keyword]!;
  return copy;
}

/** The type words of a schema whose shape has been checked. */
export function typesOf(node: SchemaNode): readonly SchemaType[] {
  const { type } = node;
  return type === undefined ? [] : ((Array.isArray(type) ? type : [type]) as readonly SchemaType[]);
}

/** Each type once; every integer is a number. */
export function uniqueTypes(types: readonly SchemaType[]): readonly SchemaType[] {
  const unique = [...new Set(types)];
  return unique.includes("number") ? unique.filter((word) => word !== "integer") : unique;
}

/** The type as documents write it: one word alone, more as a list. */
export function toType(types: readonly string[]): Json {
  return types.length === 1 ? types[0]! : types;
}

/** A node that has been through the rules holds only keywords of {@link Schema}. */
export function asSchema(node: SchemaNode): Schema {
  return node as Schema;
}
