import type { Json, Schema } from "../../../src/input/model.js";

/** The longest default or example that a module carries, in characters of JSON; longer ones are in the catalogue and in `texts.ts`. */
const longestValue = 80;

/** Reports whether a module carries a default or an example. */
export function isShort(value: Json): boolean {
  return JSON.stringify(value).length <= longestValue;
}

/** The schema as a module carries it: every rule, without titles, descriptions, and long defaults and examples. */
export function toStoredSchema<S extends Schema>(schema: S): Omit<S, "title" | "description"> {
  const { title: _title, description: _description, default: initial, examples, ...rules } = schema;
  const short = examples?.filter(isShort) ?? [];
  const { properties, items, anyOf, additionalProperties } = schema;
  return {
    ...rules,
    ...(initial !== undefined && isShort(initial) ? { default: initial } : {}),
    ...(short.length > 0 ? { examples: short } : {}),
    ...(items === undefined ? {} : { items: toStoredSchema(items) }),
    ...(properties === undefined ? {} : { properties: storeEach(properties) }),
    ...(typeof additionalProperties === "object"
      ? { additionalProperties: toStoredSchema(additionalProperties) }
      : {}),
    ...(anyOf === undefined ? {} : { anyOf: anyOf.map((choice) => toStoredSchema(choice)) }),
  } as Omit<S, "title" | "description">;
}

function storeEach(properties: { readonly [name: string]: Schema }): { [name: string]: Schema } {
  return Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, toStoredSchema(field)]));
}
