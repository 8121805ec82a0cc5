import type { Json, Schema, SchemaType } from "../../../src/input/model.js";
import { holdsReference } from "./reference.js";

/**
 * A schema whose listed values all have its declared type. Values of several types become one choice for each, because other
 * generators make one class of an enumeration and stumble when its members differ.
 */
export function sortEnumeration(schema: Schema): Schema {
  const { enum: listed, ...rest } = schema;
  if (!listed) return schema;
  if (listed.some(holdsReference)) return rest;
  const groups = new Map<SchemaType, Json[]>();
  for (const value of listed) {
    const type = typeOf(value, schema.type);
    groups.set(type, [...(groups.get(type) ?? []), value]);
  }
  const types = [...groups.keys()];
  const isOneClass = !groups.has("object") && types.filter((type) => type !== "null").length < 2;
  if (schema.anyOf || isOneClass) return { ...schema, type: types.length === 1 ? types[0]! : types };
  const { type: _, ...untyped } = rest;
  const choices = [...groups].flatMap(([type, members]) =>
    type === "object" ? members.map(toExact) : [{ type, enum: members }],
  );
  return { ...untyped, anyOf: choices };
}

/** Makes the schema that only this value fits, as other generators drop objects from listed values. */
function toExact(value: Json): Schema {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { enum: [value] };
  const fields = Object.entries(value as { readonly [name: string]: Json });
  return {
    type: "object",
    properties: Object.fromEntries(fields.map(([name, member]) => [name, toExact(member)])),
    required: fields.map(([name]) => name),
    additionalProperties: false,
  };
}

/** Names the type of a value; a whole number is an integer only where the schema declares integers. */
function typeOf(value: Json, declared: Schema["type"]): SchemaType {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "boolean";
  if (typeof value === "object") return "object";
  const saysInteger = declared === "integer" || (Array.isArray(declared) && declared.includes("integer"));
  return saysInteger && Number.isInteger(value) ? "integer" : "number";
}
