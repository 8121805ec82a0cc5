import type { Schema } from "../../input/model.js";

const maps = ["properties", "$defs", "patternProperties", "dependentSchemas"] as const;
const lists = ["prefixItems", "anyOf", "oneOf", "allOf"] as const;
const singles = [
  "items",
  "additionalProperties",
  "not",
  "if",
  "then",
  "else",
  "contains",
  "propertyNames",
  "unevaluatedItems",
  "unevaluatedProperties",
  "contentSchema",
] as const;

/** A copy of a schema in which each schema inside it is changed; schemas that are true or false stay. */
export function mapInner(schema: Schema, change: (inner: Schema) => object): Schema {
  const copy: { [keyword: string]: unknown } = { ...schema };
  const changeAny = (inner: Schema | boolean): unknown => (typeof inner === "object" ? change(inner) : inner);
  for (const keyword of singles) {
    const inner = schema[keyword];
    if (inner !== undefined) copy[keyword] = changeAny(inner);
  }
  for (const keyword of lists) {
    const inner: readonly (Schema | boolean)[] | undefined = schema[keyword];
    if (inner !== undefined) copy[keyword] = inner.map(changeAny);
  }
  for (const keyword of maps) {
    const inner: { readonly [name: string]: Schema | boolean } | undefined = schema[keyword];
    if (inner !== undefined)
      copy[keyword] = Object.fromEntries(
        Object.entries(inner).map(([name, each]) => [name, changeAny(each)]),
      );
  }
  return copy;
}
