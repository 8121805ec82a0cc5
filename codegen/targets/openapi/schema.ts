import type { Json, Schema, SchemaType } from "../../../src/model.js";
import { check } from "../../../src/validate.js";
import { formatFor } from "./format.js";
import { toDescription, toLine } from "./text.js";

/** A schema object of the document. */
export type DocumentSchema = { readonly [keyword: string]: unknown };

/**
 * A model's schema as OpenAPI has it. The meaning stays; what linters and other generators stumble over goes: keywords that say
 * nothing for the declared type, choices of one, examples that do not fit.
 *
 * `samples` are values that an example gives for this place. They decide how strict `format` may be.
 */
export const toDocumentSchema = (schema: Schema, samples: readonly Json[] = []): DocumentSchema => {
  const types = typesOf(schema);
  const applies = (...for_: readonly SchemaType[]): boolean =>
    types.length === 0 || for_.some((type) => types.includes(type));
  return {
    ...annotations(schema),
    ...(types.length > 0 && { type: types.length === 1 ? types[0] : types }),
    ...(schema.enum && !schema.enum.some(holdsReference) && { enum: schema.enum }),
    ...(schema.const !== undefined && !holdsReference(schema.const) && { const: schema.const }),
    ...values(schema),
    ...(applies("string") && {
      ...formatFor(schema, samples),
      ...numbers(schema, ["minLength", "maxLength"]),
    }),
    ...(applies("number", "integer") &&
      numbers(schema, ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"])),
    ...(applies("array") && arrayKeywords(schema, samples)),
    ...(applies("object") && objectKeywords(schema, samples)),
    ...choices(schema, samples),
    ...(schema["x-media"] && { "x-media": schema["x-media"] }),
  };
};

/** The declared types, and those of enumerated values that are of another type. */
const typesOf = (schema: Schema): readonly SchemaType[] => {
  if (schema.type === undefined) return [];
  const declared = typeof schema.type === "string" ? [schema.type] : schema.type;
  const others = (schema.enum ?? [])
    .filter((value) => check({ type: declared }, value).length > 0)
    .map((value) => typeOf(value));
  return [...new Set([...declared, ...others])];
};

const typeOf = (value: Json): SchemaType => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  if (typeof value === "string") return "string";
  return typeof value === "boolean" ? "boolean" : "object";
};

const annotations = ({ title, description }: Schema): DocumentSchema => ({
  ...(title && toLine(title) !== "" && { title: toLine(title) }),
  ...(description && toDescription(description) !== "" && { description: toDescription(description) }),
});

const values = (schema: Schema): DocumentSchema => {
  const fits = (value: Json): boolean => !holdsReference(value) && check(schema, value).length === 0;
  const examples = (schema.examples ?? []).filter(fits);
  return {
    ...(schema.default !== undefined && fits(schema.default) && { default: schema.default }),
    ...(examples.length > 0 && { examples }),
  };
};

const numbers = (schema: Schema, keywords: readonly (keyof Schema)[]): DocumentSchema =>
  Object.fromEntries(keywords.flatMap((key) => (Number.isFinite(schema[key]) ? [[key, schema[key]]] : [])));

const arrayKeywords = (schema: Schema, samples: readonly Json[]): DocumentSchema => ({
  ...(schema.items && {
    items: toDocumentSchema(
      schema.items,
      samples.flatMap((sample) => (Array.isArray(sample) ? (sample as readonly Json[]) : [])),
    ),
  }),
  ...numbers(schema, ["minItems", "maxItems"]),
  ...(schema.uniqueItems !== undefined && { uniqueItems: schema.uniqueItems }),
});

const objectKeywords = (schema: Schema, samples: readonly Json[]): DocumentSchema => ({
  ...(schema.properties && {
    properties: Object.fromEntries(
      Object.entries(schema.properties).map(([name, property]) => [
        name,
        toDocumentSchema(property, samplesOf(name, samples)),
      ]),
    ),
  }),
  ...(schema.required && schema.required.length > 0 && { required: schema.required }),
  ...(schema.additionalProperties !== undefined && {
    additionalProperties:
      typeof schema.additionalProperties === "boolean"
        ? schema.additionalProperties
        : toDocumentSchema(schema.additionalProperties),
  }),
});

const samplesOf = (name: string, samples: readonly Json[]): Json[] =>
  samples.flatMap((sample) => {
    if (typeof sample !== "object" || sample === null || !Object.hasOwn(sample, name)) return [];
    const value = (sample as { readonly [key: string]: Json })[name];
    return value === undefined ? [] : [value];
  });

/** A choice that takes everything makes the others idle; equal ones are one; a single one is no choice. */
const choices = (schema: Schema, samples: readonly Json[]): DocumentSchema => {
  if (!schema.anyOf) return {};
  const different = new Map(
    schema.anyOf.map((choice) => {
      const converted = toDocumentSchema(choice, samples);
      return [JSON.stringify(converted), converted];
    }),
  );
  if (different.size === 0 || different.has("{}")) return {};
  return different.size === 1 ? { allOf: [...different.values()] } : { anyOf: [...different.values()] };
};

/** Resolvers follow a `$ref` wherever it stands, in an example too: such a value stays out of the document. */
export const holdsReference = (value: Json): boolean =>
  typeof value === "object" &&
  value !== null &&
  (Object.hasOwn(value, "$ref") || Object.values(value).some(holdsReference));
