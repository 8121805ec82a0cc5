import type { Json, Schema } from "../../../src/input/model.js";
import { mapInner } from "../../../src/dialect/notation/inner-schemas.js";

/** The longest default or example that a module carries, in characters of JSON; longer ones are in the catalogue and in `texts.ts`. */
const longestValue = 80;

/** Reports whether a module carries a default or an example. */
export function isShort(value: Json): boolean {
  return JSON.stringify(value).length <= longestValue;
}

/** The schema as a module carries it: every rule, without titles, descriptions, most roles, and long defaults and examples. */
export function toStoredSchema(schema: Schema): Omit<Schema, "title" | "description"> {
  const { title: _t, description: _d, "x-role": role, default: initial, examples, ...rules } = schema;
  const short = examples?.filter(isShort) ?? [];
  const own = {
    ...rules,
    // A price is multiplied by the number of results.
    ...(role === "outputs" && { "x-role": role }),
    // Each item of a list may be paid for, so that no list of several is left out.
    ...(initial !== undefined && (isShort(initial) || Array.isArray(initial)) ? { default: initial } : {}),
    ...(short.length > 0 ? { examples: short } : {}),
  };
  return mapInner(own, toStoredSchema);
}
