import { takes, typeOfValue, typesOf } from "./type-names.js";
import type { Fields, Value } from "../../src/dialect/notation/fields.js";
import { isFields } from "../../src/dialect/notation/fields.js";
import { wordingKeywords } from "../../src/dialect/notation/wording-keywords.js";

/** Tells whether a keyword says nothing about the values that a schema takes. */
export function isAnnotation(key: string): boolean {
  return wordingKeywords.has(key) || annotationKeywords.has(key) || key.startsWith("x-");
}
const annotationKeywords = new Set(
  "$schema $id $anchor examples example deprecated readOnly writeOnly externalDocs".split(" "),
);

/** Tells whether a keyword is about a schema as a whole, not about its alternatives. */
export function isOuter(key: string): boolean {
  return isAnnotation(key) || key === "default";
}

/** The longest chain of references to references that is followed. */
const mostSteps = 40;

/** Prepares a schema for comparison: references followed, null among the types, and without the definitions. */
export function viewOf(schema: Fields, root: Fields): Fields {
  let view = schema;
  for (let steps = 0; steps < mostSteps; steps++) {
    const inner = unwrap(view, root);
    if (inner === undefined) break;
    view = inner;
  }
  const { $defs: _, definitions: __, components: ___, ...rest } = withoutNullable(view);
  return rest;
}

function unwrap(schema: Fields, root: Fields): Fields | undefined {
  const { $ref, allOf, ...rest } = schema;
  if (typeof $ref === "string") {
    const target = resolve(root, $ref);
    return isFields(target) ? { ...target, ...rest, ...(allOf !== undefined && { allOf }) } : undefined;
  }
  if (!Array.isArray(allOf) || allOf.length !== 1) return undefined;
  const only = (allOf as readonly Value[])[0]!;
  const clashes = (key: string): boolean => !isAnnotation(key) && Object.hasOwn(rest, key);
  return isFields(only) && !Object.keys(only).some(clashes) ? { ...only, ...rest } : undefined;
}

/** Follows a reference into its own schema; undefined where it leads nowhere. */
function resolve(root: Fields, reference: string): Value | undefined {
  if (!reference.startsWith("#/")) return undefined;
  let value: Value | undefined = root;
  for (const step of reference.slice(2).split("/")) {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Fields)[key];
  }
  return value;
}

/** `nullable: true` means the same as null among the types, the values and the alternatives. */
function withoutNullable({ nullable, ...schema }: Fields): Fields {
  if (nullable !== true) return schema;
  const { type, enum: values } = schema;
  const add = (list: readonly Value[], value: Value): Value[] =>
    list.includes(value) ? [...list] : [...list, value];
  if (type !== undefined) schema["type"] = add([type].flat(), "null");
  if (Array.isArray(values)) schema["enum"] = add(values, null);
  const key = choiceOf(schema);
  if (key !== undefined) schema[key] = [...(schema[key] as readonly Value[]), { type: "null" }];
  return schema;
}

/** Finds the keyword under which a schema lists alternatives; undefined where it lists none. */
export function choiceOf(schema: Fields): "anyOf" | "oneOf" | undefined {
  return (["anyOf", "oneOf"] as const).find((key) => Array.isArray(schema[key]));
}

/**
 * Writes a schema in the form of another, as far as the meaning stays the same: a single value as a list, and a type that the other
 * keywords imply.
 */
export function writeInFormOf(schema: Fields, other: Fields): Fields {
  const { const: only, ...rest } = schema;
  const isList = only !== undefined && schema["enum"] === undefined && Array.isArray(other["enum"]);
  const spelled: Fields = isList ? { ...rest, enum: [only] } : schema;
  if (spelled["type"] !== undefined || other["type"] === undefined) return spelled;
  const values = spelled["enum"] ?? (only === undefined ? undefined : [only]);
  const wanted = typesOf(other["type"]);
  if (Array.isArray(values)) {
    const types = [...new Set(values.map(typeOfValue))];
    return { ...spelled, type: types.every((type) => takes(wanted, type)) ? other["type"] : types };
  }
  const implied = isFields(spelled["properties"])
    ? "object"
    : isFields(spelled["items"])
      ? "array"
      : undefined;
  return implied === undefined ? spelled : { ...spelled, type: implied };
}
