import type { Json, Schema, SchemaType } from "../../../src/model.js";
import { holdsReference } from "./reference.js";

/**
 * A schema whose listed values all have its declared type. Values of several types become one choice for each, because other
 * generators make one class of an enumeration and stumble when its members differ.
 */
export const sortEnumeration = (schema: Schema): Schema => {
  const { enum: listed, ...rest } = schema;
  if (!listed) return schema;
  if (listed.some(holdsReference)) return rest;
  const groups = new Map<SchemaType, Json[]>();
  for (const value of listed) {
    const type = typeOf(value, schema.type);
    groups.set(type, [...(groups.get(type) ?? []), value]);
  }
  const types = [...groups.keys()];
  if (schema.anyOf || types.filter((type) => type !== "null").length < 2) {
    return { ...schema, type: types.length === 1 ? types[0]! : types };
  }
  const { type: _, ...untyped } = rest;
  return { ...untyped, anyOf: [...groups].map(([type, members]) => ({ type, enum: members })) };
};

/** A whole number is an integer only where integers are what is declared. */
const typeOf = (value: Json, declared: Schema["type"]): SchemaType => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "boolean";
  if (typeof value === "object") return "object";
  const saysInteger = declared === "integer" || (Array.isArray(declared) && declared.includes("integer"));
  return saysInteger && Number.isInteger(value) ? "integer" : "number";
};
