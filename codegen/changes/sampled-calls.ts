import { normalizeBody } from "../../src/dialect/body-normalization.js";
import type { ObjectSchema } from "../../src/dialect/notation/object-schema.js";
import { pointerTo, splitPointer } from "../../src/errors/issue.js";
import type { Issue } from "../../src/errors/issue.js";
import { checkInput } from "../../src/input/check.js";
import type { Json, Schema } from "../../src/input/model.js";
import { resolveReference } from "../../src/input/reference.js";
import { isFields } from "../../src/dialect/notation/fields.js";
import type { Value } from "../../src/dialect/notation/fields.js";
import { show } from "./change-kinds.js";
import type { Change } from "./spec-changes.js";

type Call = { readonly [name: string]: Json };

const mostLevels = 3;
/** One value of each type, for fields that take any. */
const anyValues: readonly Json[] = ["a", 1, 0.5, true, [], {}];
const texts = ["a", "", "a.png", "Some words", "https://example.com/a", "data:image/png;base64,AA=="];

/**
 * Finds calls that the check took and takes no more: values are sampled from the old schema, and both schemas are asked as they ship. A
 * comparison of keywords alone cannot tell, because the check asks more than JSON Schema does, of addresses for example.
 */
export function findRefusedCalls(
  model: string,
  before: Value | undefined,
  after: Value | undefined,
): Change[] {
  const [old, now] = [readInput(before), readInput(after)];
  if (old === undefined || now === undefined || JSON.stringify(old) === JSON.stringify(now)) return [];
  const found = new Map<string, Change>();
  for (const call of sampleCalls(old, now)) {
    if (refuse(old, call).length > 0) continue;
    const [issue] = refuse(now, call);
    if (issue === undefined) continue;
    const [field] = splitPointer(issue.path);
    const pointer = field === undefined ? "/input" : `/input/properties${pointerTo(field)}`;
    const given = field === undefined ? "" : ` with ${show(call[field])}`;
    if (!found.has(pointer))
      found.set(pointer, {
        model,
        pointer,
        kind: "breaking",
        message: `the check took a call${given} and refuses it from now on: ${issue.message}`,
      });
  }
  return [...found.values()];
}

function readInput(value: Value | undefined): ObjectSchema | undefined {
  if (!isFields(value)) return undefined;
  const plain = JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "bigint" ? Number(inner) : inner,
  );
  return normalizeBody(JSON.parse(plain) as { [key: string]: Json }, { pointer: "", report: () => {} });
}

function refuse(input: Schema, call: Call): readonly Issue[] {
  return checkInput({ input }, call).filter(({ severity }) => severity === undefined);
}

/** A call with the required fields alone, and for each value of each field a call with it; fields of the new schema count, too. */
function* sampleCalls(old: ObjectSchema, now: ObjectSchema): Generator<Call> {
  const valuesOf = (name: string): readonly Json[] => sample(old.properties[name] ?? {}, old, 0);
  const fits = (name: string) => (value: Json) =>
    refuse(
      { properties: { [name]: old.properties[name] ?? {} }, ...(old.$defs && { $defs: old.$defs }) },
      { [name]: value },
    ).length === 0;
  const base = Object.fromEntries(
    old.required.map((name) => [name, valuesOf(name).find(fits(name)) ?? null] as const),
  );
  yield base;
  for (const name of new Set([...Object.keys(old.properties), ...Object.keys(now.properties)]))
    for (const value of valuesOf(name)) yield { ...base, [name]: value };
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

function sampleTexts({ minLength, maxLength }: Schema): readonly Json[] {
  const long = [minLength, maxLength].flatMap((length) =>
    length === undefined || length > 100_000 ? [] : ["a".repeat(length)],
  );
  return [...texts, ...long];
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
