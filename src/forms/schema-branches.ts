import type { Schema } from "../input/model.js";
import { resolveReference } from "../input/reference.js";

/** A schema and the branches of its `anyOf`, those inside them too. References are followed: no branch is one. */
export function listBranches(whole: Schema, schema: Schema): Schema[] {
  const found = new Set<Schema>();
  function collect(part: Schema): void {
    const branch = part.$ref === undefined ? part : resolveReference(whole, part.$ref);
    if (found.has(branch)) return;
    found.add(branch);
    for (const inner of branch.anyOf ?? []) collect(inner);
  }
  collect(schema);
  return [...found];
}

/** The schema that the branches give to a property: that of the first one that names it, else that of any other name. */
export function findProperty(branches: readonly Schema[], name: string): Schema | undefined {
  for (const { properties } of branches)
    if (properties && Object.hasOwn(properties, name)) return properties[name];
  const others = branches.map(({ additionalProperties }) => additionalProperties);
  return others.find((one) => typeof one === "object");
}

/** All properties that the branches name. */
export function listProperties(branches: readonly Schema[]): { readonly [name: string]: Schema } {
  return Object.assign({}, ...branches.map(({ properties }) => properties));
}

/** The schema that the branches give to an item of a list. Media rules of a list are those of its items. */
export function findItem(branches: readonly Schema[], place: number): Schema {
  const list = branches.find(({ items, prefixItems }) => items ?? prefixItems) ?? {};
  const rules = branches.find((branch) => branch["x-media"])?.["x-media"];
  return { ...(rules && { "x-media": rules }), ...(list.prefixItems?.[place] ?? list.items) };
}
