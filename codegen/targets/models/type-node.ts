import type { Json, Schema, SchemaType } from "../../../src/input/model.js";
import { key } from "../../text/key.js";
import { literal } from "../../text/literal.js";
import { describeField } from "./comment.js";

/** A TypeScript type as a tree: everything in it was chosen here, nothing is copied from a spec but through a door. */
export type TypeNode =
  | { readonly kind: "text"; readonly text: string }
  /** Text that is the address of a media file. */
  | { readonly kind: "media" }
  | { readonly kind: "array"; readonly items: TypeNode }
  | {
      readonly kind: "tuple";
      readonly places: readonly TypeNode[];
      /** The number of places that must be filled. */
      readonly least: number;
      /** The type of the items after these places, where there may be any. */
      readonly others: TypeNode | undefined;
    }
  /** The type of a schema that contains itself, by its name under `$defs`; the whole type where the name is empty. */
  | { readonly kind: "reference"; readonly name: string }
  | { readonly kind: "union" | "intersection"; readonly parts: readonly TypeNode[] }
  | {
      readonly kind: "object";
      readonly fields: readonly TypeField[];
      /** The type of the fields that are not named, where there may be any. */
      readonly others: TypeNode | undefined;
    };

/** A field of an object type. */
export interface TypeField {
  readonly name: string;
  readonly type: TypeNode;
  readonly isRequired: boolean;
  readonly comment: string;
}

/** The type of a schema that says nothing. */
export const unknownType: TypeNode = { kind: "text", text: "unknown" };

/** The TypeScript type of a schema, with the comments of its fields. */
export function toTypeNode(schema: Schema): TypeNode {
  const { $ref: reference } = schema;
  if (reference !== undefined) return { kind: "reference", name: reference.slice("#/$defs/".length) };
  const values = schema.const === undefined ? schema.enum : [schema.const];
  if (values !== undefined) return union(values.map((value) => ({ kind: "text", text: literalType(value) })));
  const own = ownType(schema);
  const choices = schema.anyOf?.map(toTypeNode) ?? [];
  if (choices.every((choice) => choice === unknownType)) return own;
  // In TypeScript a union with `unknown` is `unknown`.
  const either = choices.includes(unknownType) ? unknownType : union(choices);
  if (own === unknownType) return either;
  return either === unknownType ? own : { kind: "intersection", parts: [own, either] };
}

function union(parts: readonly TypeNode[]): TypeNode {
  return parts.length === 0 ? { kind: "text", text: "never" } : { kind: "union", parts };
}

/** A value as a type. Arrays are readonly, so that they take what is written `as const`. */
function literalType(value: Json): string {
  if (Array.isArray(value)) return `readonly [${value.map(literalType).join(", ")}]`;
  if (typeof value !== "object" || value === null) return literal(value);
  const fields = Object.entries(value).map(([name, inner]) => `${key(name)}: ${literalType(inner)}`);
  return fields.length === 0 ? "{}" : `{ ${fields.join("; ")} }`;
}

function ownType(schema: Schema): TypeNode {
  const { type } = schema;
  if (typeof type === "string") return typeOfWord(schema, type);
  if (type !== undefined) return union(type.map((word) => typeOfWord(schema, word)));
  if (schema.properties !== undefined) return objectType(schema);
  return schema.items === undefined && schema.prefixItems === undefined ? unknownType : arrayType(schema);
}

function typeOfWord(schema: Schema, word: SchemaType): TypeNode {
  switch (word) {
    case "object":
      return objectType(schema);
    case "array":
      return arrayType(schema);
    case "integer":
    case "number":
      return { kind: "text", text: "number" };
    case "string":
      return schema["x-media"] ? { kind: "media" } : { kind: "text", text: word };
    case "boolean":
    case "null":
      return { kind: "text", text: word };
    default:
      return unknownType;
  }
}

function arrayType(schema: Schema): TypeNode {
  const { prefixItems = [], items, minItems = 0, maxItems = Infinity, "x-media": media } = schema;
  // Rules on an array apply to each of its items.
  const others =
    items === undefined ? unknownType : toTypeNode({ ...(media && { "x-media": media }), ...items });
  if (prefixItems.length === 0) return { kind: "array", items: others };
  const places = prefixItems.slice(0, maxItems).map(toTypeNode);
  const isFull = maxItems <= prefixItems.length;
  return { kind: "tuple", places, least: minItems, others: isFull ? undefined : others };
}

function objectType(schema: Schema): TypeNode {
  const { properties = {}, required = [], additionalProperties, patternProperties } = schema;
  const fields = Object.entries(properties).map(([name, field]) => ({
    name,
    type: toTypeNode(field),
    isRequired: required.includes(name),
    comment: describeField(field),
  }));
  const others = patternProperties ? true : (additionalProperties ?? fields.length === 0);
  if (others === false) return { kind: "object", fields, others: undefined };
  // An index signature must hold for the named fields, too.
  const isOnlyMap = typeof others === "object" && fields.length === 0;
  return { kind: "object", fields, others: isOnlyMap ? toTypeNode(others) : unknownType };
}

/** Tells if a type has the address of a media file anywhere in it. */
export function hasMedia(node: TypeNode | undefined): boolean {
  switch (node?.kind) {
    case "media":
      return true;
    case "array":
      return hasMedia(node.items);
    case "tuple":
      return hasMedia(node.others) || node.places.some(hasMedia);
    case "object":
      return hasMedia(node.others) || node.fields.some(({ type }) => hasMedia(type));
    case "union":
    case "intersection":
      return node.parts.some(hasMedia);
    default:
      return false;
  }
}
