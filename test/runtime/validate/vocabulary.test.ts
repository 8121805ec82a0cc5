import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { modules } from "../../../generated/catalogue.js";
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

test("without the vocabulary strict mode refuses what is ours", async () => {
  const { model } = await modules["bytedance/seedance-v1.5-pro/image-to-video"]();
  expect(() => addFormats(new Ajv2020({ strict: true })).compile({ ...model.input })).toThrow("x-media");
});
