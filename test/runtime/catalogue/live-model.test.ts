import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeModel, loadLive } from "../../../src/catalogue/shipped.js";
import { createClient, estimate } from "../../../src/index.js";
import type { Client } from "../../../src/index.js";
import { modelOfEntry } from "../../../src/dialect/entry/entry-model.js";
import { startEmulator } from "../../../src/emulator/index.js";
import type { Emulator } from "../../../src/emulator/index.js";
import type { Json, Schema } from "../../../src/input/model.js";

interface Shipped {
  readonly id: string;
  readonly title: string;
  readonly example: { readonly [name: string]: Json } | null;
  readonly input: Schema;
}
const { models } = JSON.parse(
  readFileSync(new URL("../../../generated/catalogue.json", import.meta.url), "utf8"),
) as { readonly models: readonly Shipped[] };

describe("a model of the live catalogue", () => {
  let emulator: Emulator;
  let client: Client;
  beforeAll(async () => {
    emulator = await startEmulator();
    client = createClient({ baseUrl: emulator.url, token: emulator.token });
  });
  afterAll(() => emulator.close());

  test.each(models.map((shipped) => [shipped.id, shipped] as const))(
    "%s has the fields, the roles and the title of the shipped one, and takes its example",
    async (id, shipped) => {
      const live = await loadLive(client, id);
      const { fields, title } = await describeModel({ id: live.id, input: live.input, title: live.title });
      expect(title).toBe(shipped.title);
      const roles = Object.entries(shipped.input.properties ?? {}).map(([name, field]) => [
        name,
        field["x-role"],
      ]);
      expect(fields.map(({ name, role }) => [name, role])).toEqual(roles);
      expect(live.input.required).toEqual(shipped.input.required);
      const errors = live["~check"](shipped.example ?? {}).filter(({ severity }) => !severity);
      if (shipped.example) expect(errors).toEqual([]);
    },
  );

  test("is checked before it is paid for, where its bare id is not", async () => {
    const id = "kling/kling-3.0/standard/text-to-video";
    const before = emulator.charged;
    const model = await loadLive(client, id);
    await expect(client.submit(model, { prompt: 5 })).rejects.toMatchObject({ code: "input" });
    expect(emulator.charged).toBe(before);
    await client.submit(model, { prompt: "Rain." });
    expect(emulator.charged).toBe(before + 1);
  });

  test("that the service does not have is not found", async () => {
    await expect(loadLive(client, "nobody/has-this/model")).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("an entry of the live catalogue", () => {
  const schema = { type: "object", properties: { prompt: { type: "string" } } };
  const read = (entry: { readonly [name: string]: unknown }) =>
    modelOfEntry("a/b", { model_id: "a/b", ...entry });

  test("becomes a model with its price, page and kind", () => {
    const model = read({
      display_name: "A to B",
      description: "Makes B.",
      categories: ["text-to-video"],
      kind: "model",
      base_price_usd: 0.05,
      price_unit: "second",
      model_url: "https://www.runcomfy.com/models/a/b",
      input_schema: schema,
    });
    expect(JSON.parse(JSON.stringify(model))).toEqual({
      id: "a/b",
      input: {
        type: "object",
        properties: { prompt: { type: "string", "x-role": "prompt" } },
        required: [],
        additionalProperties: false,
      },
      price: { usd: 0.05, unit: "second", bound: "atLeast" },
      title: "A to B",
      description: "Makes B.",
      categories: ["text-to-video"],
      kind: "model",
      makes: "video",
      page: "https://www.runcomfy.com/models/a/b",
      documentation: "https://www.runcomfy.com/models/a/b/api",
      warnings: [],
    });
  });

  test("has a starting price, unless its own words say that it is fixed", () => {
    const price = { base_price_usd: 0.5, price_unit: "output", input_schema: schema };
    expect(estimate(read(price), {})).toMatchObject({ usd: 0.5, bound: "atLeast" });
    expect(estimate(read({ ...price, pricing_note: "Fixed price." }), {})).toMatchObject({ bound: "exact" });
    expect(estimate(read({ ...price, base_price_usd: "-1" }), {})).toMatchObject({ usd: null });
    expect(read({ base_price_usd: 0.5, input_schema: schema }).price).toBeUndefined();
  });

  test("may write its schema as text, in a wrapper, with numbers as text and required names beside it", () => {
    const seed = { type: "integer", minimum: "0", maximum: "18446744073709551615" };
    const text = JSON.stringify({ schema: { type: "object", properties: { seed } } });
    const { input } = read({ input_schema: text, required_inputs: ["seed", "gone"] });
    expect(input.properties).toEqual({
      seed: { type: "integer", minimum: 0, maximum: 18446744073709552000, "x-role": "seed" },
    });
    expect(input.required).toEqual(["seed"]);
  });

  test.each<readonly [string, unknown]>([
    ["none", undefined],
    ["null", null],
    ["text that is no JSON", "{"],
    ["a number", 5],
    ["a list", []],
    ["nothing in it", {}],
    ["no fields", { type: "object", properties: {} }],
    ["another type", { type: "string" }],
    ["far too many levels", JSON.parse('{"properties":'.repeat(60) + "{}" + "}".repeat(60))],
  ])("with %s for a schema takes any field, with a warning", (_, input_schema) => {
    const model = read({ input_schema });
    expect(model["~check"]({ anything: 1 }).filter(({ severity }) => !severity)).toEqual([]);
    expect(model.warnings.join()).toContain("is not checked");
    expect(model.warnings.join()).not.toContain(".:");
  });

  test("keeps its good fields beside odd ones, each of which is a warning", () => {
    const model = read({
      categories: 5,
      kind: "spell",
      input_schema: {
        type: "object",
        properties: {
          prompt: { type: "string", maxLength: 5 },
          broken: 5,
          odd: { type: "wish" },
          self: { $ref: "https://elsewhere.example/schema.json" },
        },
        required: ["prompt", "ghost"],
      },
    });
    const issues = model["~check"]({ prompt: "too long" }).map(({ path, code }) => `${path} ${code}`);
    expect(issues).toEqual(["/prompt max_length"]);
    expect(model.warnings.length).toBeGreaterThanOrEqual(5);
  });

  test("of another id says so", () => {
    expect(modelOfEntry("a/b", { model_id: "a/c", input_schema: schema }).warnings).toEqual([
      'the catalogue calls it "a/c"',
    ]);
  });
});
