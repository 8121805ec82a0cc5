import { typesOf, without } from "../notation/schema-node.js";
import type { SchemaNode } from "../notation/schema-node.js";
import type { Json } from "../../input/model.js";
import type { Rules } from "./rule.js";

/**
 * Makes a schema take null where it says `nullable: true`. One that lists no type, value or choice keeps the
 * keyword, as it may get a type later.
 */
export function addNull(node: SchemaNode): SchemaNode {
  if (node["nullable"] === undefined) return node;
  const plain = without(node, "nullable");
  if (node["nullable"] !== true) return plain;
  const changed: { [keyword: string]: Json } = {};
  const types = typesOf(node);
  if (types.length > 0) changed["type"] = types.includes("null") ? node["type"]! : [...types, "null"];
  const values = valuesOf(node);
  if (values !== undefined) changed["enum"] = values.includes(null) ? values : [...values, null];
  for (const keyword of ["anyOf", "oneOf"]) {
    const choices = node[keyword] as readonly SchemaNode[] | undefined;
    if (choices !== undefined) changed[keyword] = addChoice(choices);
  }
  if (Object.keys(changed).length === 0) return node;
  return { ...(values === undefined ? plain : without(plain, "const")), ...changed };
}

function valuesOf(node: SchemaNode): readonly Json[] | undefined {
  return node["const"] === undefined ? (node["enum"] as readonly Json[] | undefined) : [node["const"]];
}

function addChoice(choices: readonly SchemaNode[]): readonly SchemaNode[] {
  return choices.some(takesNull) ? choices : [...choices, { type: "null" }];
}

/** Tells whether null fits a schema that has been through all rules. */
export function takesNull(node: SchemaNode): boolean {
  const types = typesOf(node);
  const choices = node["anyOf"] as readonly SchemaNode[] | undefined;
  return (
    (types.length === 0 || types.includes("null")) &&
    (valuesOf(node)?.includes(null) ?? true) &&
    (choices?.some(takesNull) ?? true)
  );
}

export const nullRules: Rules = new Map([["nullable: true lets null through.", addNull]]);
