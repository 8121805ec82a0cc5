import type { SchemaNode } from "../notation/schema-node.js";
import type { ProblemCode } from "../notation/problem.js";

/**
 * The relation of a schema to the one around it. A `body` is a whole request or result. A `condition` is a choice beside the
 * properties of an object, or a part of one: it speaks of fields that are described there. An `open` schema describes some
 * of the fields of an object only. Every other is `plain`.
 */
export type Placement = "body" | "plain" | "condition" | "open";

/** The surroundings of a schema to which a rule is applied. */
export interface RuleContext {
  readonly placement: Placement;
  /** Reports a problem; `below` is the pointer from the schema to the keyword. The rule's own sentence goes with it. */
  readonly report: (code: ProblemCode, below: string, what: string, fix?: string) => void;
}

/**
 * A step of the normalisation: returns the schema with its sentence made true, the same object where it already was.
 * A rule of reading sees the schemas inside as documented; at a rule of finishing they have been through all rules.
 */
export type Rule = (node: SchemaNode, context: RuleContext) => SchemaNode;

/** Rules by their sentences, in the order in which they run. */
export type Rules = ReadonlyMap<string, Rule>;
