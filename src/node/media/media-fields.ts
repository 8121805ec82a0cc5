import { pointerTo } from "../../errors/issue.js";
import type { MediaRules, Schema } from "../../input/model.js";

/** A media reference in an input, with the rules of its model. */
export interface MediaField {
  /** JSON pointer in the input. */
  readonly path: string;
  readonly reference: string;
  readonly rules: MediaRules;
}

/** Finds every string of an input whose schema has media rules, in arrays and nested objects too. Built-in samples are left out. */
export function findMediaFields(schema: Schema, value: unknown): MediaField[] {
  const found: MediaField[] = [];
  // Branches of a schema may apply the same rules to the same value: it is listed once.
  const places = new Map<MediaRules, Set<string>>();
  function add(field: MediaField): void {
    const paths = places.get(field.rules) ?? new Set();
    places.set(field.rules, paths);
    if (!paths.has(field.path)) found.push(field);
    paths.add(field.path);
  }
  collect(schema, value, "", add);
  return found;
}

function collect(schema: Schema, value: unknown, path: string, add: (field: MediaField) => void): void {
  const rules = schema["x-media"];
  if (rules !== undefined && typeof value === "string" && !rules.samples?.includes(value)) {
    add({ path, reference: value, rules });
  }
  if (Array.isArray(value)) {
    // Rules on an array apply to each of its items.
    const items = { ...(rules && { "x-media": rules }), ...schema.items };
    value.forEach((item, index) => collect(items, item, path + pointerTo(index), add));
  } else if (value !== null && typeof value === "object") {
    for (const [key, property] of Object.entries(schema.properties ?? {})) {
      if (Object.hasOwn(value, key))
        collect(property, (value as Record<string, unknown>)[key], path + pointerTo(key), add);
    }
  }
  for (const branch of schema.anyOf ?? []) collect(branch, value, path, add);
}
