import type { ApiModel } from "../../../../codegen/ir/api.js";
import type { ObjectSchema } from "../../../../src/dialect/notation/object-schema.js";
import type { Schema } from "../../../../src/input/model.js";

/** The output of most models, worded in some language. */
export const mediaOutput: ObjectSchema = {
  type: "object",
  properties: {
    image: { type: "string", format: "uri", description: "単一画像 URL" },
    video: { type: "string", format: "uri" },
    images: { type: "array", items: { type: "string", format: "uri" } },
    videos: { type: "array", items: { type: "string", format: "uri" } },
  },
  required: [],
  additionalProperties: false,
};

/** A closed object with these properties. */
export const objectOf = (
  properties: { readonly [name: string]: Schema },
  required: readonly string[] = [],
): ObjectSchema => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});

/** A model with little in it but what a test says. */
export const someModel = (facts: Partial<ApiModel> = {}): ApiModel => ({
  id: "vendor/model/image-to-video",
  title: "Some Model",
  description: "",
  source: {},
  notes: [],
  listing: { categories: [] },
  example: null,
  input: objectOf({ prompt: { type: "string" } }, ["prompt"]),
  output: mediaOutput,
  ...facts,
});
