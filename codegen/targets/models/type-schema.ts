import type { Json, Schema, SchemaType } from "../../../src/input/model.js";
import { literal } from "../../text/literal.js";
import { describeField } from "./comment.js";

/** The keywords that the printer of types is given: all chosen here, none copied from a spec by name. */
export interface TypeSchema {
  type?: Exclude<SchemaType, "integer">;
  /** Text that is printed as it stands; made by {@link literal} or a constant, never from a spec. */
  tsType?: string;
  description?: string;
  items?: TypeSchema;
  properties?: { [name: string]: TypeSchema };
  required?: string[];
  additionalProperties?: boolean | TypeSchema;
  anyOf?: TypeSchema[];
  allOf?: TypeSchema[];
}

/** Makes a fresh copy of a schema that holds only what decides its TypeScript type, and the comments of its fields. */
export function toTypeSchema(schema: Schema): TypeSchema {
  const values = valuesOf(schema);
  if (values !== undefined) return { tsType: `(${literalUnion(values)})` };
  const own = ownType(schema);
  const choices = schema.anyOf?.map(toChoice) ?? [];
  if (choices.every(saysNothing)) return own;
  return saysNothing(own) ? { anyOf: choices } : { allOf: [own, { anyOf: choices }] };
}

/** Gives a copy the comment of the field that it types. */
export function toFieldSchema(schema: Schema): TypeSchema {
  const description = describeField(schema);
  const type = toTypeSchema(schema);
  // With nothing but a comment the printer would take it for an object.
  return description === "" ? type : { ...(saysNothing(type) ? { tsType: "unknown" } : type), description };
}

/** A member of a union, where a union of literals needs no parentheses. */
function toChoice(schema: Schema): TypeSchema {
  const values = valuesOf(schema);
  return values === undefined ? toTypeSchema(schema) : { tsType: literalUnion(values) };
}

function valuesOf(schema: Schema): readonly Json[] | undefined {
  return schema.const === undefined ? schema.enum : [schema.const];
}

function literalUnion(values: readonly Json[]): string {
  return values.length === 0 ? "never" : [...new Set(values.map(literal))].join(" | ");
}

function ownType(schema: Schema): TypeSchema {
  const { type } = schema;
  if (typeof type === "string") return typeOfWord(schema, type);
  if (type !== undefined) return { anyOf: type.map((word) => typeOfWord(schema, word)) };
  if (schema.properties !== undefined) return objectType(schema);
  return schema.items === undefined ? {} : arrayType(schema);
}

function typeOfWord(schema: Schema, word: SchemaType): TypeSchema {
  switch (word) {
    case "object":
      return objectType(schema);
    case "array":
      return arrayType(schema);
    case "integer":
    case "number":
      return { type: "number" };
    case "string":
    case "boolean":
    case "null":
      return { type: word };
    default:
      return {};
  }
}

function arrayType(schema: Schema): TypeSchema {
  return {
    type: "array",
    items: toTypeSchema(schema.items ?? {}),
  };
}

function objectType(schema: Schema): TypeSchema {
  const fields = Object.entries(schema.properties ?? {});
  const others = schema.additionalProperties ?? fields.length === 0;
  return {
    type: "object",
    properties: Object.fromEntries(fields.map(([name, field]) => [name, toFieldSchema(field)])),
    required: [...new Set(schema.required ?? [])].filter((name) =>
      Object.hasOwn(schema.properties ?? {}, name),
    ),
    additionalProperties: typeof others === "boolean" ? others : toTypeSchema(others),
  };
}

function saysNothing(schema: TypeSchema): boolean {
  return Object.keys(schema).length === 0;
}
