import { pointerTo } from "../errors/issue.js";
import type { MediaRules, Schema } from "../input/model.js";
import { resolveReference } from "../input/reference.js";

/** A value in an input that stands where the model takes a media file, with the rules of its field. */
export interface MediaValue<Value = unknown> {
  /** JSON pointer in the input. */
  readonly path: string;
  readonly value: Value;
  readonly rules: MediaRules;
}

/** Finds every text of an input whose schema has media rules, in arrays and nested objects too. Built-in samples are left out. */
export function findMediaFields(schema: Schema, value: unknown): MediaValue<string>[] {
  return findMediaValues(schema, value).filter(
    (field): field is MediaValue<string> =>
      typeof field.value === "string" && !field.rules.samples?.includes(field.value),
  );
}

/** Finds every text and every object of a class, such as a `Blob`, whose schema has media rules, in arrays and nested objects too. */
export function findMediaValues(schema: Schema, value: unknown): MediaValue[] {
  const found: MediaValue[] = [];
  // Branches of a schema may apply the same rules to the same value: it is listed once.
  const places = new Map<MediaRules, Set<string>>();
  function add(field: MediaValue): void {
    const paths = places.get(field.rules) ?? new Set();
    places.set(field.rules, paths);
    if (!paths.has(field.path)) found.push(field);
    paths.add(field.path);
  }
  function collect(part: Schema, inner: unknown, path: string): void {
    if (part.$ref) return collect(follow(schema, part), inner, path);
    const rules = part["x-media"];
    if (rules !== undefined && isWhole(inner)) add({ path, value: inner, rules });
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
    const branches = (part.anyOf ?? []).map((branch) => follow(schema, branch));
    if (branches.some((branch) => isSpelledOut(branch, inner))) return;
    for (const branch of branches) collect(branch, inner, path);
  }
  collect(schema, value, "");
  return found;
}

function follow(whole: Schema, part: Schema): Schema {
  return part.$ref ? resolveReference(whole, part.$ref) : part;
}

/** Tells a text that one choice of a field lists or describes, such as `"auto"` or a colour: no other choice makes it a file. */
function isSpelledOut(
  { "x-media": rules, enum: listed, const: only, pattern }: Schema,
  value: unknown,
): boolean {
  if (typeof value !== "string" || rules !== undefined) return false;
  if (listed !== undefined || only !== undefined) return only === value || Boolean(listed?.includes(value));
  return pattern !== undefined && new RegExp(pattern, "u").test(value);
}

/** Tells a value that stands for one file from an array or a plain object, which may hold several. */
function isWhole(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return typeof value === "string";
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype !== null && Object.getPrototypeOf(prototype) !== null && !Array.isArray(value);
}
