import type { Json, Schema, SchemaType } from "../../../src/input/model.js";
import {
  isExtension,
  keptAnnotations,
  keptFacts,
  keptMaps,
  keptSchemas,
} from "../../../src/dialect/notation/kept-keywords.js";
import { check } from "../../../src/input/check.js";
import { oncePerSchema } from "../../ir/schema-memo.js";
import { describeMedia } from "../models/sentences.js";
import { sortEnumeration } from "./enumeration.js";
import { formatFor } from "./text-format.js";
import { holdsReference } from "./reference.js";
import { toDescription, toLine } from "./description-text.js";

/** A schema object of the document. */
export type DocumentSchema = { readonly [keyword: string]: unknown };

const convertOnce = oncePerSchema((schema: Schema) => convert(schema, []));

/**
 * A model's schema as OpenAPI has it. The meaning stays; what confuses linters and other generators is left out: keywords that
 * do not apply to the declared type, choices of one, examples that do not fit.
 *
 * `samples` are values that an example gives for this place. They decide how strict `format` may be.
 */
export function toDocumentSchema(documented: Schema, samples: readonly Json[] = []): DocumentSchema {
  return samples.length === 0 ? convertOnce(documented) : convert(documented, samples);
}

function convert(documented: Schema, samples: readonly Json[]): DocumentSchema {
  if (documented.$ref !== undefined)
    return {
      ...annotations(documented),
      $ref: documented.$ref,
      ...values(documented),
      ...keptFlags(documented),
    };
  const schema = sortEnumeration(documented);
  const types: readonly SchemaType[] = schema.type === undefined ? [] : [schema.type].flat();
  const applies = (...for_: readonly SchemaType[]): boolean =>
    types.length === 0 || for_.some((type) => types.includes(type));
  const own = {
    ...annotations(schema),
    ...(schema.type !== undefined && { type: schema.type }),
    ...(schema.enum && { enum: schema.enum }),
    ...(schema.const !== undefined && !holdsReference(schema.const) && { const: schema.const }),
    ...values(schema),
    ...(applies("string") && {
      ...formatFor(schema, samples),
      ...numbers(schema, ["minLength", "maxLength"]),
      ...(schema.pattern !== undefined && { pattern: schema.pattern }),
    }),
    ...(applies("number", "integer") &&
      numbers(schema, ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"])),
    ...(applies("array") && arrayKeywords(schema, samples)),
    ...keptRules(schema),
    ...(applies("object") && objectKeywords(schema, samples)),
    ...(schema["x-media"] && { "x-media": schema["x-media"] }),
    ...keptFlags(schema),
    ...(schema.$defs && { $defs: convertEach(schema.$defs) }),
  };
  return withChoices(own, choicesOf(schema, samples));
}

function annotations(schema: Schema): DocumentSchema {
  const title = toLine(schema.title ?? "");
  const media = describeMedia(schema["x-media"]).join(" ");
  const description = toDescription([schema.description ?? "", media].filter(Boolean).join(" "));
  return { ...(title !== "" && { title }), ...(description !== "" && { description }) };
}

function values(schema: Schema): DocumentSchema {
  const fits = (value: Json): boolean => !holdsReference(value) && check(schema, value).length === 0;
  const examples = (schema.examples ?? []).filter(fits);
  return {
    ...(schema.default !== undefined && fits(schema.default) && { default: schema.default }),
    ...(examples.length > 0 && { examples }),
  };
}

function numbers(schema: Schema, keywords: readonly (keyof Schema)[]): DocumentSchema {
  const found: { [keyword: string]: unknown } = {};
  for (const keyword of keywords) if (Number.isFinite(schema[keyword])) found[keyword] = schema[keyword];
  return found;
}

function arrayKeywords(schema: Schema, samples: readonly Json[]): DocumentSchema {
  return {
    ...(schema.prefixItems && { prefixItems: schema.prefixItems.map((place) => toDocumentSchema(place)) }),
    ...(schema.items && {
      items: toDocumentSchema(
        schema.items,
        samples.flatMap((sample) => (Array.isArray(sample) ? (sample as readonly Json[]) : [])),
      ),
    }),
    ...numbers(schema, ["minItems", "maxItems"]),
    ...(schema.uniqueItems !== undefined && { uniqueItems: schema.uniqueItems }),
  };
}

function objectKeywords(schema: Schema, samples: readonly Json[]): DocumentSchema {
  return {
    ...(schema.properties && propertyKeywords(schema, samples)),
    ...requiredKeyword(schema.required ?? []),
    ...(schema.additionalProperties !== undefined && {
      additionalProperties:
        typeof schema.additionalProperties === "boolean"
          ? schema.additionalProperties
          : toDocumentSchema(schema.additionalProperties),
    }),
  };
}

/** Annotations that no tool of ours reads; extensions that hold a reference would be followed. */
function keptFlags(schema: Schema): DocumentSchema {
  const flags: { [keyword: string]: unknown } = {};
  for (const [keyword, value] of Object.entries(schema) as [string, Json][])
    if (annotationsToKeep.has(keyword) || (isExtension(keyword) && !holdsReference(value)))
      flags[keyword] = value;
  return flags;
}

/** Rules that the input check does not enforce. */
function keptRules(schema: Schema): DocumentSchema {
  const rules: { [keyword: string]: unknown } = {};
  for (const keyword of keptFacts) if (schema[keyword] !== undefined) rules[keyword] = schema[keyword];
  for (const keyword of keptSchemas)
    if (schema[keyword] !== undefined) rules[keyword] = convertAny(schema[keyword]);
  for (const keyword of keptMaps)
    if (schema[keyword] !== undefined) rules[keyword] = convertEach(schema[keyword]);
  for (const keyword of ["oneOf", "allOf"] as const)
    if (schema[keyword] !== undefined) rules[keyword] = schema[keyword].map(convertAny);
  return rules;
}

function convertAny(schema: Schema | boolean): DocumentSchema | boolean {
  return typeof schema === "boolean" ? schema : toDocumentSchema(schema);
}

function convertEach(schemas: { readonly [name: string]: Schema | boolean }): DocumentSchema {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, convertAny(schema)]));
}

const annotationsToKeep: ReadonlySet<string> = new Set(keptAnnotations);

function requiredKeyword(names: readonly string[]): DocumentSchema {
  const listed = names.filter((name) => !isMisread(name));
  return listed.length > 0 ? { required: listed } : {};
}

function propertyKeywords(
  { properties = {}, patternProperties: patterns = {} }: Schema,
  samples: readonly Json[],
): DocumentSchema {
  const fields = Object.entries(properties).map(
    ([name, property]) => [name, toDocumentSchema(property, samplesOf(name, samples))] as const,
  );
  const misread = fields.filter(([name]) => isMisread(name));
  if (misread.length === 0) return { properties: Object.fromEntries(fields) };
  return {
    properties: Object.fromEntries(fields.filter(([name]) => !isMisread(name))),
    patternProperties: {
      ...convertEach(patterns),
      ...Object.fromEntries(misread.map(([name, schema]) => [`^${name.replace("$", "\\$")}$`, schema])),
    },
  };
}

/**
 * A property called `$ref` would be taken for a reference, and one called like a method of every object stops
 * openapi-typescript: patterns describe these.
 */
function isMisread(name: string): boolean {
  return name === "$ref" || (name in {} && name !== "constructor" && name !== "toString");
}

function samplesOf(name: string, samples: readonly Json[]): Json[] {
  return samples.flatMap((sample) => {
    if (typeof sample !== "object" || sample === null || !Object.hasOwn(sample, name)) return [];
    const value = (sample as { readonly [key: string]: Json })[name];
    return value === undefined ? [] : [value];
  });
}

/** Converts choices. Equal ones are merged, and a choice that takes any value makes the others superfluous. */
function choicesOf(schema: Schema, samples: readonly Json[]): readonly DocumentSchema[] {
  const different = new Map(
    (schema.anyOf ?? []).map((choice) => {
      const converted = toDocumentSchema(choice, samples);
      return [JSON.stringify(converted), converted];
    }),
  );
  return different.has("{}") ? [] : [...different.values()];
}

/** Adds choices to a schema. A single choice is merged into a schema that only annotates. */
function withChoices(own: DocumentSchema, choices: readonly DocumentSchema[]): DocumentSchema {
  const [only] = choices;
  if (!only) return own;
  // openapi-typescript takes an object beside `anyOf` for one more choice, and so forgets its required fields.
  if (choices.length > 1 && own["properties"] === undefined) return { ...own, anyOf: choices };
  const one = choices.length > 1 ? { anyOf: choices } : only;
  const onlyAnnotates = Object.keys(own).every((keyword) => annotating.has(keyword));
  return onlyAnnotates
    ? { ...one, ...own }
    : { ...own, allOf: [...((own["allOf"] ?? []) as readonly unknown[]), one] };
}

const annotating = new Set(["title", "description", "default", "examples", "x-media"]);
