import type { Json, Schema, SchemaType } from "../../../src/model.js";
import type { Code } from "../../spec/codes.js";
import type { SchemaNode } from "../../spec/spec.js";

/** Where a rule stands while it looks at a schema. */
export interface RuleContext {
  /** Reports a problem; `below` is the pointer from the schema to the keyword. The rule's own sentence goes with it. */
  readonly report: (code: Code, below: string, what: string, fix?: string) => void;
}

/**
 * A step of the normalisation: returns the schema with its sentence made true, the same object where it already was.
 * All schemas inside it have been through all rules before.
 */
export type Rule = (node: SchemaNode, context: RuleContext) => SchemaNode;

export type Rules = ReadonlyMap<string, Rule>;

/** A copy without some keywords. */
export const without = (node: SchemaNode, ...keywords: readonly string[]): SchemaNode => {
  const copy: { [keyword: string]: Json } = {};
  // Built anew, as `delete` would make every later look at the object slow.
  for (const keyword in node) if (!keywords.includes(keyword)) copy[keyword] = node[keyword]!;
  return copy;
};

/** The type words of a schema whose shape has been checked. */
export const typesOf = (node: SchemaNode): readonly SchemaType[] => {
  const { type } = node;
  return type === undefined ? [] : ((Array.isArray(type) ? type : [type]) as readonly SchemaType[]);
};

/** The type as documents write it: one word alone, more as a list. */
export const toType = (types: readonly string[]): Json => (types.length === 1 ? types[0]! : types);

/** A node that has been through the rules holds only keywords of {@link Schema}. */
export const asSchema = (node: SchemaNode): Schema => node as Schema;
