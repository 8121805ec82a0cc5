import { pointerTo } from "../../errors/issue.js";
import type { MediaRules, Schema } from "../../input/model.js";
import { resolveReference } from "../../input/reference.js";

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
  function collect(part: Schema, inner: unknown, path: string): void {
    if (part.$ref) return collect(resolveReference(schema, part.$ref), inner, path);
    const rules = part["x-media"];
    if (rules !== undefined && typeof inner === "string" && !rules.samples?.includes(inner))
      add({ path, reference: inner, rules });
    if (Array.isArray(inner)) {
      const { prefixItems = [], items } = part;
      inner.forEach((item, index) => {
        // Rules on an array apply to each of its items.
        const each = { ...(rules && { "x-media": rules }), ...(prefixItems[index] ?? items) };
        collect(each, item, path + pointerTo(index));
      });
    } else if (inner !== null && typeof inner === "object") {
      for (const [key, property] of Object.entries(part.properties ?? {})) {
        if (Object.hasOwn(inner, key))
          collect(property, (inner as Record<string, unknown>)[key], path + pointerTo(key));
      }
    }
    for (const branch of part.anyOf ?? []) collect(branch, inner, path);
  }
  collect(schema, value, "");
  return found;
}
