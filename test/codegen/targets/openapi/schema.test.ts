import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toDocumentSchema } from "../../../../codegen/targets/openapi/document-schema.js";
import type { Json, Schema, SchemaType } from "../../../../src/input/model.js";
import { check } from "../../../../src/input/check.js";
import { apiOf, difficult, documentOf, inputOf, modelOf, shipped, submitOf } from "./fixture.js";
import type { SchemaObject } from "./fixture.js";

const ajv = new Ajv2020({ strict: false, allErrors: true, ownProperties: true });
formats.default(ajv);

describe("a schema in openapi.json", () => {
  test.each<[what: string, schema: Schema, expected: object]>([
    [
      "keeps media rules",
      { type: "string", "x-media": { kind: "image", below: { file_size_mb: 30 } } },
      { "x-media": { kind: "image", below: { file_size_mb: 30 } } },
    ],
    [
      "keeps an enumeration of numeric strings",
      { type: "string", enum: ["auto", "5"] },
      { type: "string", enum: ["auto", "5"] },
    ],
    ["gives a bare enumeration its type", { enum: ["a", "b"] }, { type: "string", enum: ["a", "b"] }],
    [
      "splits an enumeration of several types",
      { type: "string", enum: ["auto", 5] },
      {
        anyOf: [
          { type: "string", enum: ["auto"] },
          { type: "number", enum: [5] },
        ],
      },
    ],
    [
      "writes a listed object as the schema that only it fits",
      { enum: [{ w: 1 }] },
      {
        type: "object",
        properties: { w: { type: "number", enum: [1] } },
        required: ["w"],
        additionalProperties: false,
      },
    ],
    [
      "keeps null in an enumeration",
      { type: ["string", "null"], enum: ["a", null] },
      { type: ["string", "null"], enum: ["a", null] },
    ],
    [
      "follows the values where the type says otherwise",
      { type: "integer", enum: ["4", "5"] },
      { type: "string", enum: ["4", "5"] },
    ],
    [
      "drops keywords that say nothing for the type",
      { type: "object", items: {}, minLength: 1, maximum: 2 },
      { type: "object" },
    ],
    [
      "makes a single choice part of its holder",
      { title: "A", anyOf: [{ title: "B", type: "string" }] },
      { title: "A", type: "string" },
    ],
    [
      "keeps a single choice apart where both say something",
      { type: "string", anyOf: [{ type: "string", minLength: 2 }] },
      { type: "string", allOf: [{ type: "string", minLength: 2 }] },
    ],
    [
      "does not let a closed holder meet the fields of its choice",
      { type: "object", additionalProperties: false, anyOf: [{ properties: { a: {} } }] },
      { type: "object", additionalProperties: false, allOf: [{ properties: { a: {} } }] },
    ],
    [
      "says a choice once",
      { anyOf: [{ type: "string" }, { type: "string" }, { type: "null" }] },
      { anyOf: [{ type: "string" }, { type: "null" }] },
    ],
    [
      "puts the conditions on its fields where no tool takes the fields for one more choice",
      { type: "object", properties: { a: {}, b: {} }, anyOf: [{ required: ["a"] }, { required: ["b"] }] },
      {
        type: "object",
        properties: { a: {}, b: {} },
        allOf: [{ anyOf: [{ required: ["a"] }, { required: ["b"] }] }],
      },
    ],
    [
      "keeps choices of which one alone may fit",
      { anyOf: [{ minimum: 1 }, { maximum: 9 }], allOf: [{ oneOf: [{ minimum: 1 }, { maximum: 9 }] }] },
      { anyOf: [{ minimum: 1 }, { maximum: 9 }], allOf: [{ oneOf: [{ minimum: 1 }, { maximum: 9 }] }] },
    ],
    [
      "keeps patterns beside a field that they describe",
      { type: "object", properties: { $ref: {} }, patternProperties: { "^x": { type: "integer" } } },
      { type: "object", properties: {}, patternProperties: { "^x": { type: "integer" }, "^\\$ref$": {} } },
    ],
    ["drops choices that take anything", { anyOf: [{ type: "string" }, {}] }, {}],
    ["drops a default that does not fit", { type: "integer", default: "x" }, { type: "integer" }],
    [
      "keeps only examples that fit",
      { type: "integer", examples: ["x", 2] },
      { type: "integer", examples: [2] },
    ],
    [
      "drops a limit that no JSON can carry",
      { type: "number", maximum: Number.POSITIVE_INFINITY },
      { type: "number" },
    ],
    ["drops a format that others read otherwise", { type: "string", format: "binary" }, { type: "string" }],
    [
      "is open where the model is",
      { type: "object", properties: {}, additionalProperties: true },
      { type: "object", properties: {}, additionalProperties: true },
    ],
  ])("%s", (_, schema, expected) =>
    expect(toDocumentSchema(schema)).toEqual(
      schema["x-media"] ? expect.objectContaining(expected) : expected,
    ),
  );

  test.each<[what: string, schema: Schema, samples: Json[], format: string | undefined]>([
    ["addresses only", { default: "https://a.example/x.png" }, [], "uri"],
    ["a data address", {}, ["data:image/png;base64,AAAA"], "uri"],
    ["nothing", {}, [], "uri"],
    ["an empty default", { default: "" }, [], "uri-reference"],
    [
      "the bare name of a sample",
      { "x-media": { samples: ["Runcomfy_example_1278_1.png"] } },
      [],
      "uri-reference",
    ],
    ["an address in another script", { examples: ["https://a.example/日本.png"] }, [], undefined],
  ])("of a media field that knows %s has a format to match", (_, more, samples, format) => {
    expect(toDocumentSchema({ type: "string", format: "uri", ...more }, samples)["format"]).toBe(format);
  });
});

describe("references", () => {
  const target = { $ref: "file:///etc/passwd" };

  test("no value that looks like one comes into the document", () => {
    const fields: { readonly [name: string]: Schema } = {
      a: { default: target },
      b: { examples: [[target]] },
      c: { const: target },
      d: { enum: [target, 1] },
    };
    const model = modelOf("a/b", fields, { example: { a: target } });
    expect(JSON.stringify(documentOf(apiOf(model)))).not.toContain("passwd");
  });

  test.each(["$ref", "isPrototypeOf", "valueOf"])(
    "a property called %s is described by a pattern, since tools misread it",
    (name) => {
      const schema: Schema = {
        type: "object",
        properties: { [name]: { type: "integer" }, a: {} },
        required: [name, "a"],
        additionalProperties: false,
      };
      const converted = toDocumentSchema(schema);
      expect(converted["properties"]).toEqual({ a: {} });
      const validate = ajv.compile(converted);
      expect(validate({ a: 1, [name]: 5 })).toBe(true);
      expect(validate({ a: 1, [name]: "other.json" })).toBe(false);
      expect(validate({ a: 1, [`${name}s`]: 5 })).toBe(false);
    },
  );
});

describe("examples, defaults and bodies", () => {
  const models = [...shipped.models, ...difficult];
  const document = documentOf({ ...shipped, models });

  test.each(models.map((model) => model.id))("of %s fit their schemas, formats included", (id) => {
    const schema = inputOf(document, id);
    const { example } = submitOf(document, id).requestBody.content["application/json"];
    const problems: unknown[] = [];
    const validate = (place: SchemaObject, value: unknown): void => {
      const compiled = ajv.compile(place);
      if (!compiled(value)) problems.push([value, compiled.errors]);
    };
    const visit = (place: SchemaObject): void => {
      for (const value of (place["examples"] as unknown[] | undefined) ?? []) validate(place, value);
      if ("default" in place) validate(place, place["default"]);
      for (const inner of Object.values(place.properties ?? {})) visit(inner);
      if (place.items) visit(place.items);
    };
    if (example) validate(schema, example);
    visit(schema);
    expect(problems).toEqual([]);
  });

  test("every shipped model that documents one has an example", () => {
    const documented = shipped.models.filter((model) => model.example);
    expect(documented.length).toBeGreaterThan(0);
    for (const { id, example } of documented) {
      expect(submitOf(document, id).requestBody.content["application/json"].example).toEqual(example);
    }
  });
});

describe("random schemas", () => {
  const texts = fc.oneof(
    fc.constantFrom("a", "5", "auto", "", "constructor", "*/"),
    fc.string({ maxLength: 6 }),
  );
  const scalars: fc.Arbitrary<Json> = fc.oneof(
    texts,
    fc.integer({ min: -9, max: 9 }),
    fc.constantFrom(0.5, null, true),
  );
  const names = texts.filter((name) => name !== "__proto__" && name !== "$ref");
  const types = fc.constantFrom<SchemaType>(
    "string",
    "number",
    "integer",
    "boolean",
    "null",
    "array",
    "object",
  );
  const limits = fc.record(
    {
      minimum: fc.integer({ min: -9, max: 3 }),
      maxLength: fc.nat(4),
      minItems: fc.nat(2),
      exclusiveMaximum: fc.integer({ min: 0, max: 9 }),
    },
    { requiredKeys: [] },
  );
  const { schema } = fc.letrec<{ schema: Schema }>((tie) => ({
    schema: fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      fc.record({ type: types, default: scalars }, { requiredKeys: ["type"] }),
      fc.tuple(types, limits).map(([type, some]) => ({ type, ...some })),
      fc.record({ enum: fc.uniqueArray(scalars, { minLength: 1, maxLength: 4 }) }),
      fc.record({ const: scalars }),
      fc.record({ type: fc.constant("array" as const), items: tie("schema") }, { requiredKeys: ["type"] }),
      fc.record({ anyOf: fc.array(tie("schema"), { minLength: 1, maxLength: 3 }) }),
      fc
        .tuple(fc.dictionary(names, tie("schema"), { maxKeys: 3 }), fc.boolean())
        .map(([properties, additionalProperties]) => ({
          type: "object" as const,
          properties: { ...properties },
          required: Object.keys(properties).slice(0, 1),
          additionalProperties,
        })),
    ),
  }));
  const values = fc.oneof(
    scalars,
    fc.array(scalars, { maxLength: 3 }),
    fc.dictionary(names, scalars, { maxKeys: 2 }),
  );

  test("the document takes exactly the values that the input check takes", () => {
    fc.assert(
      fc.property(schema, fc.array(values, { maxLength: 8 }), (documented, candidates) => {
        const validate = ajv.compile(JSON.parse(JSON.stringify(toDocumentSchema(documented))) as object);
        for (const value of candidates)
          expect([value, validate(value)]).toEqual([value, check(documented, value).length === 0]);
        ajv.removeSchema();
      }),
      { numRuns: 1000 },
    );
  });
});
