import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { createCatalogue, describeModel, list, load } from "../../../src/catalogue/shipped.js";
import { defineModel } from "../../../src/input/standard.js";
import type { Schema } from "../../../src/input/model.js";

interface Documented {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly input: { readonly properties: { readonly [name: string]: Schema }; readonly required: string[] };
}
const bareModel = {
  id: "own/model",
  input: { type: "object", properties: {}, additionalProperties: false },
} as const;
const { models } = JSON.parse(
  readFileSync(new URL("../../../generated/catalogue.json", import.meta.url), "utf8"),
) as { readonly models: readonly Documented[] };

describe("every shipped model is described as its documentation does", () => {
  test.each(models.map((documented) => [documented.id, documented] as const))(
    "%s",
    async (id, documented) => {
      const { model } = await load(id as ReturnType<typeof list>[number]["id"]);
      const found = await describeModel(model);
      expect(found).toMatchObject({ id, title: documented.title, description: documented.description });
      const { properties, required } = documented.input;
      expect(found.fields.map(({ name }) => name)).toEqual(Object.keys(properties));
      for (const { name, schema, unit: _, widget: __, ...field } of found.fields) {
        const expected = properties[name]!;
        expect(schema).toEqual(expected);
        expect(field).toEqual({
          title: expected.title ?? name,
          description: expected.description ?? "",
          required: required.includes(name),
          ...(expected.default !== undefined && { default: expected.default }),
          ...(expected["x-role"] && { role: expected["x-role"] }),
        });
      }
    },
  );
});

describe("a model that the package does not have", () => {
  const model = defineModel({
    id: "constructor/own",
    input: {
      type: "object",
      properties: { prompt: { title: "Prompt", type: "string" }, seed: { type: "integer", default: 5 } },
      additionalProperties: false,
    },
  });

  test("is described by its own data", async () => {
    expect(await describeModel(model)).toEqual({
      id: "constructor/own",
      title: "constructor/own",
      description: "",
      fields: [
        {
          name: "prompt",
          title: "Prompt",
          description: "",
          required: false,
          role: "prompt",
          widget: "textarea",
          schema: { title: "Prompt", type: "string" },
        },
        {
          name: "seed",
          title: "seed",
          description: "",
          required: false,
          default: 5,
          role: "seed",
          widget: "number",
          schema: { type: "integer", default: 5 },
        },
      ],
    });
  });

  test("is described by the catalogue that has it", async () => {
    const catalogue = createCatalogue<{ "constructor/own": { input: unknown; output: unknown } }>({
      entries: [
        {
          id: "constructor/own",
          title: "Own",
          description: "Mine.",
          categories: [],
          documentation: "https://example.com/own",
        },
      ],
      modules: {},
      loadTexts: async () => ({
        texts: {
          "constructor/own": { properties: { seed: { title: "Seed" }, gone: { title: "Gone" } } },
        },
      }),
    });
    const { fields, ...about } = await catalogue.describeModel(model);
    expect(about).toEqual({
      id: "constructor/own",
      title: "Own",
      description: "Mine.",
      documentation: "https://example.com/own",
    });
    expect(fields.map(({ title }) => title)).toEqual(["Prompt", "Seed"]);
  });
});

describe("a field's unit and form control are told by its name and its schema", () => {
  const fields: readonly (readonly [name: string, schema: Schema, expected: string])[] = [
    ["prompt", { type: "string" }, "textarea"],
    ["voice_name", { type: "string", maxLength: 40 }, "text"],
    ["lyrics", { type: "string", maxLength: 3000 }, "textarea"],
    ["duration", { type: "integer", minimum: 4, maximum: 15 }, "slider seconds"],
    ["music_length_ms", { type: "integer", minimum: 5000, maximum: 300_000 }, "number milliseconds"],
    ["duration", { type: "integer", description: "Length of the song in minutes." }, "number minutes"],
    ["duration", { type: "integer", description: "Length, up to 4 minutes." }, "number"],
    ["clip", { type: "integer", "x-unit": "frames" }, "number frames"],
    ["width", { type: "integer", minimum: 512, maximum: 1536 }, "number pixels"],
    ["fps", { type: "integer", enum: [24, 30] }, "choice frames per second"],
    ["602_num_frames", { type: "integer" }, "number frames"],
    ["cfg_scale", { type: "number", minimum: 0, maximum: 1 }, "slider"],
    ["seed", { type: "integer", minimum: 0, maximum: 4_294_967_295 }, "number"],
    ["sound", { type: "boolean" }, "switch"],
    ["image", { type: "string", format: "uri", "x-media": { kind: "image" } }, "file"],
    ["images", { type: "array", items: { type: "string", "x-media": { kind: "image" } } }, "files"],
    ["words", { type: "array", items: { type: "string" } }, "list"],
    ["loras", { type: "array", items: { type: "object" } }, "json"],
    ["camera", { type: "object" }, "json"],
    ["image_size", { anyOf: [{ enum: ["square"] }, { type: "object" }] }, "json"],
    ["maybe", { type: ["boolean", "null"] }, "switch"],
    ["prompt", { anyOf: [{ type: "string" }, { type: "null" }] }, "textarea"],
    ["fps", { anyOf: [{ type: "integer", enum: [24, 30] }, { type: "null" }] }, "choice frames per second"],
    ["style", { anyOf: [{ type: "string" }, { type: "object" }, { type: "null" }] }, "json"],
    ["frames_per_second", { type: "integer" }, "number frames per second"],
    ["tokens_per_second", { type: "integer" }, "number"],
  ];
  test.each(fields)("%s", async (name, schema, expected) => {
    const model = defineModel({
      id: "own/model",
      input: { type: "object", properties: { [name]: schema }, additionalProperties: false },
    });
    const [field] = (await describeModel(model)).fields;
    expect([field!.widget, field!.unit].filter(Boolean).join(" ")).toBe(expected);
  });
});

test("a model that brings its own wording is described by it", async () => {
  const own = { title: "Live", description: "Fresh.", documentation: "https://example.com/live" };
  expect(await describeModel({ ...bareModel, ...own })).toMatchObject(own);
});

test("the texts are a chunk of their own, which nothing loads before it is asked for", async () => {
  const root = new URL("../../..", import.meta.url).pathname;
  const { outputFiles } = await build({
    stdin: {
      contents: `export { describeModel } from "./src/catalogue/shipped.ts";
        export { model } from "./generated/models/wan-ai/wan-2.7/edit.ts";`,
      resolveDir: root,
    },
    bundle: true,
    splitting: true,
    format: "esm",
    outdir: join(root, "unused"),
    write: false,
  });
  const text = models[0]!.input.properties["prompt"]?.description ?? models[0]!.title;
  const { description } = Object.values(models[0]!.input.properties)[0]!;
  const holding = outputFiles.filter((file) => file.text.includes(description ?? text));
  expect(holding).toHaveLength(1);
  expect(holding[0]!.path).toMatch(/texts-\w+\.js$/);
});
