import { fileURLToPath } from "node:url";
import { normalize } from "../../../../codegen/ir/spec-normalization.js";
import type { Api, ApiModel } from "../../../../codegen/ir/api.js";
import { readSpecs } from "../../../../codegen/specs/read/spec-reading.js";
import { openapiTarget } from "../../../../codegen/targets/openapi/openapi-target.js";
import { fromNothing } from "../../../../codegen/targets/target.js";
import type { Schema } from "../../../../src/input/model.js";

const { specs, lifecycle } = readSpecs(fileURLToPath(new URL("../../../../specs", import.meta.url)));

/** What the repository's own specs come to. */
export const shipped: Api = {
  lifecycle: lifecycle!.document,
  ownLifecycle: true,
  models: normalize(specs).models,
};

const integer: Schema = { type: "integer" };
const boolean: Schema = { type: "boolean" };
const url: Schema = { type: "string", format: "uri" };
const urls: Schema = { type: "array", items: url };

/** A model with these fields; `more` replaces anything else. */
export const modelOf = (
  id: string,
  properties: { readonly [name: string]: Schema } = { prompt: { type: "string" } },
  more: Partial<ApiModel> = {},
): ApiModel => ({
  id,
  title: `The model ${id}`,
  description: "Makes pictures.",
  source: {},
  notes: [],
  listing: { categories: [] },
  example: null,
  input: { type: "object", properties, required: [], additionalProperties: false },
  output: {
    type: "object",
    properties: { image: url, video: url, images: urls, videos: urls },
    required: [],
    additionalProperties: false,
  },
  ...more,
});

/** The shared calls with these models. */
export const apiOf = (...models: readonly ApiModel[]): Api => ({ ...shipped, models });

/** What documentation really holds, and what it might hold one day, in models that a type checker can compare. */
export const difficult: readonly ApiModel[] = [
  modelOf("a/4K/x", {
    "241_positive_prompt": {
      type: "string",
      description: 'A "quoted" */ end, `ticks`, ${holes} and {{holes}}.',
    },
    "245_valuex246_value": { type: "integer" },
    constructor: integer,
    toString: boolean,
    'a"b\\c': { type: "string" },
    "a/b~c": { type: "string" },
    "a b": { type: "string" },
    default: { type: "string", default: "x" },
    enum: { type: "string", enum: ["auto", "5", "20"] },
    properties: { type: "object", properties: { type: { type: "string" } }, additionalProperties: false },
  }),
  modelOf("a/4k/x", {
    mixed: { type: ["string", "integer"], enum: ["auto", 5, 10], default: "auto" },
    strange: { type: "integer", enum: [4, 5, "6"] },
    one: { type: "string", enum: ["0:10"] },
    nothing: { type: ["string", "null"], enum: ["a", null] },
    seed: { type: "integer", minimum: 0, maximum: 4_294_967_295 },
    size: {
      anyOf: [
        { enum: ["square", "wide"] },
        {
          type: "object",
          properties: { width: { type: "integer" } },
          required: ["width"],
          additionalProperties: false,
        },
      ],
    },
    same: { anyOf: [{ type: "string" }, { type: "string" }] },
    all: { anyOf: [{}, { type: "string" }] },
    only: { const: "x" },
  }),
  modelOf("minimax/Hailuo Video 01 Live", {
    image: {
      type: "string",
      format: "uri",
      "x-media": { kind: "image", below: { file_size_mb: 30 }, samples: ["Runcomfy_example_1278_1.png"] },
    },
    images: {
      type: "array",
      items: { type: "string", format: "uri", "x-media": { kind: "image" } },
      maxItems: 9,
    },
    loras: {
      type: "array",
      items: {
        type: "object",
        properties: { path: { type: "string" }, scale: { type: "number", default: 1 } },
        required: ["path"],
        additionalProperties: false,
      },
    },
  }),
  modelOf(
    "jobs/media",
    { prompt: { type: "string", examples: ["A cat."] }, seconds: { type: "number", default: 5 } },
    {
      input: {
        type: "object",
        properties: {
          prompt: { type: "string", examples: ["A cat."] },
          seconds: { type: "number", default: 5 },
        },
        required: ["prompt"],
        additionalProperties: true,
      },
      output: {
        type: "object",
        properties: { model_mesh: url },
        required: ["model_mesh"],
        additionalProperties: false,
      },
      source: { url: "https://docs.example.org/jobs/media", language: "en", read: "2026-01-31" },
      notes: ["Slow at night."],
      listing: {
        categories: ["video"],
        kind: "model",
        price: { usd: 0.1, unit: "second", note: "4K costs twice as much." },
        missingSince: "2026-02-01",
      },
    },
  ),
  modelOf("media"),
  modelOf("jobs/one-of", undefined, {
    input: {
      type: "object",
      properties: {
        prompt: { type: "string" },
        image: url,
        step: {
          anyOf: [
            { type: "number", multipleOf: 2 },
            { type: "number", multipleOf: 3 },
          ],
          allOf: [
            {
              oneOf: [
                { type: "number", multipleOf: 2 },
                { type: "number", multipleOf: 3 },
              ],
            },
          ],
        },
      },
      required: ["step"],
      additionalProperties: false,
      anyOf: [
        { properties: { prompt: { type: "string" } }, required: ["prompt"] },
        { properties: { image: url }, required: ["image"] },
      ],
    },
  }),
  modelOf("jobs/mesh", undefined, {
    output: {
      type: "object",
      properties: { model_mesh: url },
      required: ["model_mesh"],
      additionalProperties: false,
    },
  }),
  modelOf("日本/モデル"),
  modelOf("日本/別"),
];

/** An OpenAPI document as its tests look at it. */
export interface Document {
  readonly info: { readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
  readonly components: { readonly [kind: string]: { readonly [name: string]: SchemaObject } };
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly deprecated?: boolean;
  readonly externalDocs?: { readonly url: string };
  readonly requestBody: {
    readonly content: {
      readonly "application/json": { readonly schema: { readonly $ref: string }; readonly example?: object };
    };
  };
  readonly responses: { readonly [status: string]: object };
  readonly [extension: `x-${string}`]: unknown;
}

export interface SchemaObject {
  readonly properties?: { readonly [name: string]: SchemaObject };
  readonly items?: SchemaObject;
  readonly [keyword: string]: unknown;
}

/** The text of `openapi.json`. */
export const printDocument = (api: Api): string =>
  (openapiTarget.emit(api, { runtime: "", ...fromNothing }) as ReadonlyMap<string, string>).get(
    "openapi.json",
  )!;

export const documentOf = (api: Api): Document => JSON.parse(printDocument(api)) as Document;

/** The submit of a model. */
export const submitOf = (document: Document, id: string): Operation =>
  Object.values(document.paths)
    .map((item) => item["post"])
    .find((operation) => operation?.["x-model-id"] === id)!;

/** The schema of a model's input. */
export const inputOf = (document: Document, id: string): SchemaObject => {
  const { $ref } = submitOf(document, id).requestBody.content["application/json"].schema;
  return document.components["schemas"]![$ref.split("/").at(-1)!]!;
};
