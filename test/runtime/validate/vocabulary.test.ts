import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { modules } from "../../../generated/catalogue.js";
import { normalizeSchema } from "../../../src/dialect/schema-normalization.js";
import type { Json } from "../../../src/input/model.js";
import { vocabulary } from "../../../src/input/standard.js";

const addFormats = formats as unknown as (ajv: Ajv2020) => Ajv2020;
const { models } = JSON.parse(
  readFileSync(new URL("../../../generated/catalogue.json", import.meta.url), "utf8"),
) as { readonly models: readonly { readonly id: keyof typeof modules; readonly example: object }[] };

describe("every shipped model's input compiles in ajv's strict mode", () => {
  const ajv = addFormats(new Ajv2020({ strict: true, allErrors: true }));
  ajv.addVocabulary([...vocabulary]);

  test.each(models.map(({ id, example }) => [id, example] as const))("%s", async (id, example) => {
    const { model } = await modules[id]();
    const validate = ajv.compile({ ...model.input });
    expect(validate(example)).toBe(true);
    expect(validate({ "no such field": 1 })).toBe(false);
  });
});

const field = { type: "string" } as const;
const fields = {
  mode: { enum: ["text", "image"] },
  image: field,
  mask: field,
  sizes: { type: "array", items: { type: "integer" } },
};
const isImage = { properties: { mode: { const: "image" } } };

describe("a documented schema with conditions compiles in ajv's strict mode, when it", () => {
  test.each<[what: string, conditions: { readonly [keyword: string]: Json }]>([
    [
      "asks for more in one mode",
      { if: isImage, then: { required: ["image"] }, else: { not: { required: ["image"] } } },
    ],
    [
      "limits fields by several conditions",
      {
        allOf: [
          { if: isImage, then: { properties: { sizes: { maxItems: 2 } } } },
          {
            if: { required: ["mask"] },
            then: { properties: { mask: { minLength: 2 } }, required: ["image"] },
          },
        ],
      },
    ],
    [
      "says what a field needs beside it",
      {
        dependentRequired: { mask: ["image"] },
        dependentSchemas: { image: { ...isImage, required: ["mode"] } },
      },
    ],
    [
      "writes that as older drafts do",
      { dependencies: { mask: ["image"], image: { properties: { sizes: { minItems: 1 } } } } },
    ],
    ["excludes a pair of fields", { not: { required: ["image", "sizes"] } }],
    [
      "nests conditions",
      {
        not: {
          anyOf: [
            { required: ["mask"], not: { required: ["image"] } },
            {
              if: isImage,
              then: { properties: { sizes: { minItems: 3, uniqueItems: true } }, required: ["sizes"] },
            },
          ],
        },
      },
    ],
    ["takes one of two, and only one", { oneOf: [{ required: ["image"] }, { required: ["mask"] }] }],
    ["leaves a part of a condition out", { then: { required: ["mask"] }, minContains: 2 }],
    [
      "counts its fields and items",
      {
        minProperties: 1,
        propertyNames: { pattern: "^[a-z]+$" },
        allOf: [{ properties: { sizes: { contains: { const: 1 }, maxContains: 2 } } }],
      },
    ],
  ])("%s", (_, conditions) => {
    const input = normalizeSchema(
      { type: "object", properties: fields, ...conditions },
      { pointer: "", isBody: true, report: () => {} },
    );
    const ajv = addFormats(new Ajv2020({ strict: true })).addVocabulary([...vocabulary]);
    expect(ajv.compile(input)({ mode: "image", image: "https://example.com/a.png" })).toBe(true);
  });
});

test("without the vocabulary strict mode refuses what is ours", async () => {
  const { model } = await modules["bytedance/seedance-v1.5-pro/image-to-video"]();
  expect(() => addFormats(new Ajv2020({ strict: true })).compile({ ...model.input })).toThrow("x-media");
});
