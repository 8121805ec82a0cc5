import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { describe, expect, test } from "vitest";
import { toLiveModel } from "../../src/catalogue/live-entry.js";
import { readSpec } from "../../src/catalogue/spec-entry.js";
import { check } from "../../src/input/check.js";
import type { Json, Schema } from "../../src/input/model.js";
import { vocabulary } from "../../src/input/standard.js";

type Loose = { readonly [name: string]: Json };

const text = { type: "string" };
const whole = { type: "integer" };
const optional = (schema: Json): Json => ({ anyOf: [schema, { type: "null" }], default: null });
const object = (properties: Json, more: Loose = {}): Loose => ({ type: "object", properties, ...more });

/** Inputs as other services and libraries document them, with a value that each takes and one that it refuses. */
const strangers: readonly [what: string, schema: Loose, right: Json, wrong: Json][] = [
  [
    "pydantic",
    {
      $defs: { Size: { enum: ["small", "large"], type: "string" } },
      ...object({
        size: optional({ $ref: "#/$defs/Size" }),
        loras: optional({ type: "array", items: text }),
      }),
    },
    { size: null, loras: ["a"] },
    { size: "huge" },
  ],
  [
    "OpenAPI 3.0",
    object({ strength: { type: "number", minimum: 0, exclusiveMinimum: true, nullable: true } }),
    { strength: null },
    { strength: 0 },
  ],
  [
    "schemas that refer to components",
    {
      components: { schemas: { aspect: { type: "string", enum: ["1:1", "16:9"] } } },
      ...object({
        aspect: { allOf: [{ $ref: "#/components/schemas/aspect" }], default: "1:1", "x-order": 1 },
      }),
    },
    { aspect: "16:9" },
    { aspect: "2:1" },
  ],
  [
    "draft 4",
    {
      definitions: { pair: { type: "array", items: [whole, text], additionalItems: false } },
      ...object({ pair: { $ref: "#/definitions/pair" } }),
    },
    { pair: [1, "a"] },
    { pair: [1, "a", 2] },
  ],
  ["draft 3", object({ prompt: { ...text, required: true } }), { prompt: "a" }, {}],
  [
    "programs, with the words for types of their language",
    object({ a: { type: "str" }, b: { type: "int" }, c: { type: "list", items: { type: "bool" } } }),
    { a: "a", b: 1, c: [true] },
    { b: 1.5 },
  ],
  [
    "a size that is a word or an object",
    object({
      size: { anyOf: [object({ width: whole, height: whole }, { required: ["width"] }), { enum: ["hd"] }] },
    }),
    { size: { width: 5 } },
    { size: { height: 5 } },
  ],
  [
    "a choice that a field tells apart",
    object({
      from: {
        oneOf: [
          object({ type: { const: "url" }, url: text }, { required: ["type", "url"] }),
          object({ type: { const: "text" }, text }, { required: ["type", "text"] }),
        ],
        discriminator: { propertyName: "type" },
      },
    }),
    { from: { type: "text", text: "a" } },
    { from: { type: "text", url: "a" } },
  ],
  [
    "a tree",
    {
      $defs: { node: object({ name: text, inner: { type: "array", items: { $ref: "#/$defs/node" } } }) },
      ...object({ scene: { $ref: "#/$defs/node" } }),
    },
    { scene: { inner: [{ inner: [{ name: "a" }] }] } },
    { scene: { inner: [{ inner: [{ nome: "a" }] }] } },
  ],
  [
    "groups of which one must be given",
    object({ prompt: text, image: text }, { anyOf: [{ required: ["prompt"] }, { required: ["image"] }] }),
    { image: "https://example.com/a.png" },
    {},
  ],
  [
    "limits in several parts",
    object({
      n: { allOf: [{ type: "integer", minimum: 1 }, { type: "number", maximum: 5 }, { minimum: 3 }] },
    }),
    { n: 4 },
    { n: 2 },
  ],
  [
    "two choices at once, one of them with an object",
    object({
      size: {
        allOf: [
          { anyOf: [{ type: "array" }, text] },
          { anyOf: [{ type: "array", maxItems: 2 }, object({ width: whole })] },
        ],
      },
    }),
    { size: [1] },
    { size: 5 },
  ],
  [
    "fields that are true, false or empty",
    object({ a: true, b: { type: "array", items: false }, c: {} }),
    { a: 1, b: [], c: null },
    { b: [1] },
  ],
  [
    "a mode that changes what is needed",
    object(
      { mode: { enum: ["auto", "own"] }, width: whole },
      { if: { properties: { mode: { const: "own" } } }, then: { required: ["width"] }, required: ["mode"] },
    ),
    { mode: "auto" },
    { mode: "other" },
  ],
  [
    "names that are words of the language and of JSON Schema",
    object({ class: text, type: text, $ref: text, "a b": text, enum: { type: "array" } }),
    { class: "a", type: "b", $ref: "c", "a b": "d", enum: [1] },
    { klass: "a" },
  ],
];

describe.each(strangers)("an input as documented by %s", (_, schema, right, wrong) => {
  const { entry } = readSpec("acme/odd", schema as Json);
  const input = entry!.input as Schema;

  test("takes what it documents, and refuses the rest, as a spec and as a live entry", () => {
    expect(toLiveModel("acme/odd", { model_id: "acme/odd", input_schema: schema }).input).toEqual(input);
    expect(check(input, right)).toEqual([]);
    expect(check(input, wrong)).not.toEqual([]);
  });

  test("is JSON Schema for other validators", () => {
    const options = { strict: true, strictTypes: false, strictTuples: false, allowUnionTypes: true };
    const ajv = new Ajv2020(options).addVocabulary([...vocabulary, "x-order"]);
    const validate = (formats as unknown as (ajv: Ajv2020) => Ajv2020)(ajv).compile(input);
    expect([validate(right), validate(wrong)]).toEqual([true, false]);
  });
});
