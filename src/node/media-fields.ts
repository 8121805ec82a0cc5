import { pointerTo } from "../issue.js";
import type { MediaRules, Schema } from "../model.js";

/** A media reference in an input, and what its model asks of it. */
export interface MediaField {
  /** JSON pointer in the input. */
  readonly path: string;
  readonly reference: string;
  readonly rules: MediaRules;
}

/** Finds every string of an input whose schema has media rules, in arrays and nested objects too. Built-in samples are left out. */
export const findMediaFields = (schema: Schema, value: unknown, path = ""): MediaField[] => {
  const found: MediaField[] = [];
  const rules = schema["x-media"];
  if (rules !== undefined && typeof value === "string" && !rules.samples?.includes(value)) {
    found.push({ path, reference: value, rules });
  }
  if (Array.isArray(value)) {
    // Rules on an array are meant for each of its items.
    const items = { ...(rules && { "x-media": rules }), ...schema.items };
    value.forEach((item, index) => found.push(...findMediaFields(items, item, path + pointerTo(index))));
  } else if (value !== null && typeof value === "object") {
    for (const [key, property] of Object.entries(schema.properties ?? {})) {
      if (Object.hasOwn(value, key))
        found.push(
          ...findMediaFields(property, (value as Record<string, unknown>)[key], path + pointerTo(key)),
        );
    }
  }
  for (const branch of schema.anyOf ?? []) found.push(...findMediaFields(branch, value, path));
  return found.filter(
    (field, index) =>
      found.findIndex((other) => other.path === field.path && other.rules === field.rules) === index,
  );
};
