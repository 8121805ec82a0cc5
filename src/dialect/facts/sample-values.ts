import type { Json, Schema } from "../../input/model.js";
import { resolveReference } from "../../input/reference.js";
import { samplePattern } from "../pattern/pattern-sample.js";

/** The levels of objects and arrays below which they are left empty. */
const mostLevels = 3;
/** One value of each type, for fields that take any. */
const anyValues: readonly Json[] = ["a", 1, 0.5, true, [], {}];
const texts = ["a", "", "a.png", "Some words", "https://example.com/a", "data:image/png;base64,AA=="];

/**
 * Makes values for a schema that has been through all rules: of each type that it takes, and around its limits. Most of them fit; a value
 * just beyond a limit does not. `whole` holds the `$defs` that it refers to.
 */
export function sampleValues(schema: Schema, whole: Schema): readonly Json[] {
  return sample(schema, whole, 0);
}

function sample(schema: Schema, whole: Schema, depth: number): readonly Json[] {
  if (schema.$ref !== undefined) return sample(resolveReference(whole, schema.$ref), whole, depth + 1);
  const { const: only, enum: listed, default: initial, examples = [], anyOf = [] } = schema;
  const given = [...(initial === undefined ? [] : [initial]), ...examples];
  if (only !== undefined) return [only];
  if (listed !== undefined) return listed;
  const types = schema.type === undefined ? [] : [schema.type].flat();
  const own = types.flatMap((type) => sampleType(type, schema, whole, depth));
  const chosen = anyOf.flatMap((choice) => sample(choice, whole, depth));
  return own.length + chosen.length === 0 && types.length === 0
    ? [...given, ...anyValues]
    : [...given, ...own, ...chosen];
}

function sampleType(type: string, schema: Schema, whole: Schema, depth: number): readonly Json[] {
  switch (type) {
    case "string":
      return sampleTexts(schema);
    case "integer":
    case "number":
      return sampleNumbers(schema, type === "integer");
    case "boolean":
      return [true, false];
    case "null":
      return [null];
    case "array":
      return depth > mostLevels ? [[]] : sampleLists(schema, whole, depth);
    default:
      return depth > mostLevels ? [{}] : sampleObjects(schema, whole, depth);
  }
}

function sampleTexts({ minLength, maxLength, pattern }: Schema): readonly Json[] {
  const shaped = pattern === undefined ? undefined : samplePattern(pattern);
  const long = [minLength, maxLength].flatMap((length) =>
    length === undefined || length > 100_000 ? [] : ["a".repeat(length)],
  );
  return [...(shaped === undefined ? [] : [shaped]), ...texts, ...long];
}

function sampleNumbers(
  { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf = 1 }: Schema,
  isWhole: boolean,
): readonly Json[] {
  const step = isWhole ? Math.max(1, multipleOf) : multipleOf;
  const least = minimum ?? (exclusiveMinimum === undefined ? undefined : exclusiveMinimum + step);
  const most = maximum ?? (exclusiveMaximum === undefined ? undefined : exclusiveMaximum - step);
  const near = [least, most].flatMap((limit) =>
    limit === undefined ? [] : [limit, limit + step, limit - step],
  );
  return [...near, 0, 1, -1, 10, 1000, ...(isWhole ? [] : [0.5, 0.1])];
}

function sampleLists(
  { prefixItems = [], items = {}, minItems = 0, maxItems = 3 }: Schema,
  whole: Schema,
  depth: number,
): readonly Json[] {
  const first = prefixItems.map((place) => sample(place, whole, depth + 1)[0] ?? null);
  const others = sample(items, whole, depth + 1);
  const fill = (value: Json, length: number): Json => [
    ...first,
    ...Array.from({ length: Math.max(0, Math.min(length, 100) - first.length) }, () => value),
  ];
  const sizes = [minItems, maxItems, 1];
  return [
    ...sizes.flatMap((size) => others.slice(0, 1).map((value) => fill(value, size))),
    ...others.map((value) => fill(value, Math.max(1, minItems))),
    // Values that all differ.
    [...first, ...others].slice(0, Math.max(first.length, minItems)),
  ];
}

function sampleObjects(
  { properties = {}, required = [] }: Schema,
  whole: Schema,
  depth: number,
): readonly Json[] {
  const fields = Object.entries(properties).map(
    ([name, field]) => [name, sample(field, whole, depth + 1)] as const,
  );
  const base = Object.fromEntries(
    fields.filter(([name]) => required.includes(name)).map(([name, values]) => [name, values[0] ?? null]),
  );
  return [
    base,
    ...fields.flatMap(([name, values]) => values.slice(0, 8).map((value) => ({ ...base, [name]: value }))),
  ];
}
