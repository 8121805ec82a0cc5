import type { FieldRole, Schema } from "../../input/model.js";
import { readField } from "./field-facts.js";
import type { FieldFacts } from "./field-facts.js";
import { findSharedRole, singleRoles } from "./role-rules.js";
import { assignUnit } from "./unit.js";

/**
 * Finds the role of each field of an input that has one, by name, type and values. A role that a schema states itself, as `x-role`, is
 * kept, and no other field gets it.
 */
export function findRoles(properties: { readonly [name: string]: Schema }): Map<string, FieldRole> {
  const found = new Map<string, FieldRole>();
  const open: FieldFacts[] = [];
  for (const [name, schema] of Object.entries(properties)) {
    const stated = schema["x-role"];
    if (stated === undefined) open.push(readField(name, schema));
    else if (stated !== "none") found.set(name, stated);
  }
  const numbered = countNumbered(open);
  for (const [role, scoreOf] of singleRoles) {
    if ([...found.values()].includes(role)) continue;
    const free = open.filter(({ name }) => !found.has(name));
    const isOneOfSeveral = (field: FieldFacts) => role === "image" && (numbered.get(stemOf(field)) ?? 0) > 1;
    const scores = free.map((field) => (isOneOfSeveral(field) ? 0 : scoreOf(field)));
    const best = Math.max(0, ...scores);
    if (best > 0) found.set(free[scores.indexOf(best)]!.name, role);
  }
  for (const field of open) {
    const role = found.has(field.name) ? undefined : findSharedRole(field);
    if (role !== undefined) found.set(field.name, role);
  }
  return found;
}

/** Writes into each field of an input the role that it has, and its unit where only prose tells it. */
export function assignRoles<S extends Schema>(input: S): S {
  const { properties = {} } = input;
  const found = findRoles(properties);
  const fields = Object.entries(properties).map(([name, schema]) => {
    const role = found.get(name);
    const told = assignUnit(name, schema, role);
    return [
      name,
      role === undefined || role === told["x-role"] ? told : { ...told, "x-role": role },
    ] as const;
  });
  const isComplete = fields.every(([name, schema]) => schema === properties[name]);
  return isComplete ? input : { ...input, properties: Object.fromEntries(fields) };
}

/** The number of numbered fields, such as `image_url_1` and `image_url_2`, by the words that they share. */
function countNumbered(fields: readonly FieldFacts[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const field of fields)
    if (field.place !== undefined) counts.set(stemOf(field), (counts.get(stemOf(field)) ?? 0) + 1);
  return counts;
}

function stemOf({ words, place }: FieldFacts): string {
  return place === undefined ? "" : words.join(" ");
}
