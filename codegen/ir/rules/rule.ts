import type { Json, Schema, SchemaType } from "../../../src/input/model.js";
import type { Code } from "../../diagnostics/codes.js";
import type { SchemaNode } from "../../specs/model/spec.js";

/**
 * The relation of a schema to the one around it. A `body` is a whole request or result. A `condition` is a choice beside the
 * properties of an object, or a part of one: it speaks of fields that are described there. An `open` schema describes some
 * of the fields of an object only. Every other is `plain`.
 */
export type Role = "body" | "plain" | "condition" | "open";

/** The surroundings of a schema to which a rule is applied. */
export interface RuleContext {
  readonly role: Role;
  /** Reports a problem; `below` is the pointer from the schema to the keyword. The rule's own sentence goes with it. */
  readonly report: (code: Code, below: string, what: string, fix?: string) => void;
}

/**
 * A step of the normalisation: returns the schema with its sentence made true, the same object where it already was.
 * A rule of reading sees the schemas inside as documented; at a rule of finishing they have been through all rules.
 */
export type Rule = (node: SchemaNode, context: RuleContext) => SchemaNode;

export type Rules = ReadonlyMap<string, Rule>;

/** A copy without some keywords. */
export function without(node: SchemaNode, ...keywords: readonly string[]): SchemaNode {
  const copy: { [keyword: string]: Json } = {};
  // Built anew, as `delete` would make every later access to the object slow.
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
