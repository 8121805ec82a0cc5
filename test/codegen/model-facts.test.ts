import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Spec } from "../../src/dialect/spec/spec.js";
import { withoutWording } from "../../codegen/specs/model/schema-wording.js";
import type { Fields, Value } from "../../src/dialect/notation/fields.js";

/** What is published of a model, made from the publications and not from the specs. */
interface Facts {
  readonly kind: string;
  readonly makes: string;
  readonly unit: string;
  readonly page?: string;
  readonly category?: string;
  /** Inputs whose shape is published nowhere. */
  readonly unpublished?: readonly string[];
  readonly price?: { readonly usd: number; readonly bound: string; readonly read: string };
  /** True where nothing in the input changes the rate, whatever it is. */
  readonly isWhole?: boolean;
  /** True where it is known what changes the price. */
  readonly isMoved?: boolean;
  readonly input: Fields;
}

const readJson = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8"));
const published = readJson("test/fixtures/model-facts.json") as { readonly [id: string]: Facts };

const side = (pixels: readonly number[]) =>
  ["width", "height"].flatMap((name) =>
    pixels.map((value, at) => ({
      validation_rule: `${name}_pixels${at === 0 ? ">" : "<"}`,
      validation_value: value,
    })),
  );

/** Rules that the publications state in words only, by model and place. */
const added: { readonly [id: string]: { readonly [place: string]: object } } = {
  "alibaba/happyhorse-1.1/image-to-video": { image_url: { validations: side([299]) } },
  "happyhorse/happyhorse-1.0/image-to-video": { image_url: { validations: side([299]) } },
  "blackforestlabs/flux-3/extend-video": {
    video_url: {
      validations: [
        { validation_rule: "duration_seconds<", validation_value: 15 },
        { validation_rule: "file_size_mb<", validation_value: 50 },
      ],
    },
  },
  "bytedance/seedance-2.0/pro": {
    audios: { validations: [{ validation_rule: "file_size_mb<", validation_value: 15 }] },
  },
  "minimax/minimax-h3/image-to-video": {
    image: { validations: side([255, 5761]) },
    prompt: { maxLength: 7000 },
  },
  "runwayml/runway-aleph-2/video-to-video": {
    prompt: { maxLength: 999 },
    "": { additionalProperties: true },
  },
  "wan-ai/wan-2.7/pro/edit": { negative_prompt: { maxLength: 500 } },
  "wan-ai/wan-3.0/text-to-video": { seed: { minimum: 0, maximum: 2_147_483_647 } },
  "wan-ai/wan-3.0-prime/text-to-video": { seed: { minimum: 0, maximum: 2_147_483_647 } },
  "kling/kling-video-o3/standard/reference-to-video": {
    "": {
      anyOf: [{ properties: { images: { maxItems: 4 } } }, { properties: { video: { type: "null" } } }],
    },
  },
  "lightricks/ltx-2.5/audio-to-video/pro": {
    "": {
      anyOf: [{ required: ["prompt"] }, { required: ["image_url"] }],
    },
  },
  "qwen/qwen-image-2.1/text-to-image": {
    "": {
      anyOf: [
        { properties: { output_format: { enum: ["png", "webp"] } } },
        { properties: { background: { enum: ["opaque"] } } },
      ],
    },
  },
};

/** The published schema, with the rules that are published in words. */
function schemaOf(id: string, { input, unpublished }: Facts): Value {
  const { "": whole = {}, ...fields } = added[id] ?? {};
  const properties = { ...(input["properties"] as { readonly [name: string]: object }) };
  for (const [name, rules] of Object.entries(fields)) properties[name] = { ...properties[name], ...rules };
  return { ...input, properties, ...(unpublished && { additionalProperties: true }), ...whole } as Value;
}

test("eighty models are published, and each has a spec", () => {
  expect(Object.keys(published)).toHaveLength(80);
});

describe.each(Object.entries(published))("%s", (id, facts) => {
  const spec = readJson(`specs/${id}.json`) as Spec;
  const { listing = {} } = spec;

  test("takes what is published: names, types, values, limits, rules, defaults", () => {
    expect(withoutWording(spec.input as Value)).toEqual(schemaOf(id, facts));
    expect(Object.keys(spec.input["properties"] as object)).toEqual(
      Object.keys(facts.input["properties"] as object),
    );
  });

  test("is listed as published, and no price is made up", () => {
    const { price, ...rest } = listing;
    expect(rest).toEqual({
      ...(facts.page !== undefined && { page: facts.page }),
      ...(facts.category !== undefined && { categories: [facts.category] }),
      kind: facts.kind,
      makes: facts.makes,
    });
    const { note, ...known } = price ?? {};
    expect(known).toEqual({
      unit: facts.unit,
      ...(facts.price ?? (facts.isWhole && { bound: "exact" })),
    });
    if (facts.isMoved) expect(note).toMatch(/^.{10,}\.$/);
  });

  test("names the fields whose shape is not published", () => {
    for (const name of facts.unpublished ?? []) expect(spec.notes?.join(" ")).toContain(`\`${name}\``);
  });
});
