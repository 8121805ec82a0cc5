import { sValidator } from "@hono/standard-validator";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { Hono } from "hono";
import { readFileSync } from "node:fs";
import { describe, expect, expectTypeOf, test } from "vitest";
import { modules } from "../../../generated/catalogue.js";
import { model } from "../../../generated/models/bytedance/seedance-v1.5-pro/image-to-video.js";
import type { Input, Output } from "../../../generated/models/bytedance/seedance-v1.5-pro/image-to-video.js";
import { checkInput, estimate } from "../../../src/index.js";
import type { InputOf, Model, OutputOf } from "../../../src/index.js";
import { defineModel } from "../../../src/input/standard.js";
import type { CheckedModel } from "../../../src/input/standard.js";
import { model as handWritten, valid } from "./seedance.js";

const { models: entries } = JSON.parse(
  readFileSync(new URL("../../../generated/catalogue.json", import.meta.url), "utf8"),
) as { readonly models: readonly { readonly id: keyof typeof modules; readonly example: unknown }[] };

describe("every shipped model is a Standard Schema as it stands", () => {
  test.each(entries.map(({ id, example }) => [id, example] as const))("%s", async (id, example) => {
    const shipped: StandardSchemaV1 & Model = (await modules[id]()).model;
    const { version, vendor, validate } = shipped["~standard"];
    expect({ version, vendor }).toEqual({ version: 1, vendor: "runcomfy-models" });
    expect(await validate(example)).toEqual({ value: example });
    const wrong = await validate({ prompt: 5n });
    expect(wrong.issues!.length).toBeGreaterThan(0);
    expect(wrong.issues!.length).toBe(
      checkInput(shipped, { prompt: 5n }).filter(({ severity }) => !severity).length,
    );
  });
});

describe("a model as a Standard Schema", () => {
  test("has the model's types, without a cast", () => {
    expectTypeOf(model).toExtend<StandardSchemaV1<Input, Input>>();
    expectTypeOf<StandardSchemaV1.InferInput<typeof model>>().toEqualTypeOf<Input>();
    expectTypeOf<StandardSchemaV1.InferOutput<typeof model>>().toEqualTypeOf<Input>();
    expectTypeOf(model).toExtend<Model<Input, Output>>();
    expectTypeOf<InputOf<typeof model>>().toEqualTypeOf<Input>();
    expectTypeOf<OutputOf<typeof model>>().toEqualTypeOf<Output>();
  });

  test("stays data for whoever lists, copies or prints it", () => {
    const names = ["id", "input"];
    expect(Object.keys(model)).toEqual(names);
    expect(Object.keys(JSON.parse(JSON.stringify(model)) as object)).toEqual(names);
    expect(Object.keys(structuredClone(model))).toEqual(names);
    const listed: string[] = [];
    for (const name in model) listed.push(name);
    expect(listed).toEqual(names);
    const copy = { ...model };
    expect(copy).not.toHaveProperty("~standard");
    // @ts-expect-error the type checker knows it, too
    expect(copy["~standard"]).toBeUndefined();
  });

  test("brings its check and its price for the client", () => {
    const wrong = { ...valid, resolution: "1080P" };
    expect(model["~check"](wrong)).toEqual(checkInput(model, wrong));
    expect(model["~check"](valid)).toEqual([]);
    expect(model["~estimate"](valid)).toEqual(estimate(model, valid));
    const priced = defineModel({ ...model, price: { usd: 0.1, unit: "second" } });
    expectTypeOf(priced).toEqualTypeOf<typeof model>();
    expect(priced["~estimate"](valid)).toMatchObject({ usd: 0.5, basis: "5 seconds at $0.1" });
    expect(Object.keys(priced)).toEqual(["id", "input", "price"]);
    expect({ ...priced }).not.toHaveProperty("~check");
    expect(JSON.parse(JSON.stringify(priced))).toEqual({ ...priced });
  });

  test("gives the value back untouched, and works when it is taken apart", () => {
    const { validate } = model["~standard"];
    const result = validate(valid);
    expect(result).toEqual({ value: valid });
    expect("value" in result && result.value).toBe(valid);
  });

  test("tells one model from another", () => {
    const other = defineModel({
      id: "a/b",
      input: { type: "object", properties: {}, additionalProperties: false },
    });
    const [first, second] = [model["~standard"], other["~standard"]];
    expect(first.validate(valid).issues).toBeUndefined();
    expect(second.validate({}).issues).toBeUndefined();
    expect(second.validate(valid).issues).toHaveLength(Object.keys(valid).length);
  });

  test("refuses a property named __proto__, and no prototype is touched", () => {
    const input: unknown = JSON.parse(`${JSON.stringify(valid).slice(0, -1)},"__proto__":{"evil":1}}`);
    expect(model["~standard"].validate(input).issues).toContainEqual({
      message: "is not a name that can be sent",
      path: ["__proto__"],
    });
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe("a model that is written by hand", () => {
  test("becomes one, and the given one is unchanged", () => {
    const schema = defineModel(handWritten);
    expectTypeOf(schema).toExtend<CheckedModel<Input, { video?: string }>>();
    expect(schema.id).toBe(handWritten.id);
    expect(schema.input).toBe(handWritten.input);
    expect(schema["~standard"].validate(valid)).toEqual({ value: valid });
    expect(handWritten).not.toHaveProperty("~standard");
  });

  test("gives paths as keys: places in arrays as numbers, names that look like numbers as text", () => {
    const lists = defineModel({
      id: "a/b",
      input: {
        type: "object",
        properties: { images: { items: { type: "string" } }, "7": { properties: { "0": { enum: ["a"] } } } },
        additionalProperties: true,
      },
    });
    expect(lists["~standard"].validate({ images: ["a", 5], "7": { "0": "b" }, unknown: 1 })).toEqual({
      issues: [
        { message: '"b" is not "a". Did you mean "a"?', path: ["7", "0"] },
        { message: '5 given; expected string. Did you mean "5"?', path: ["images", 1] },
      ],
    });
  });

  test("a warning is no failure", () => {
    const open = defineModel({
      id: "a/b",
      input: { type: "object", properties: {}, additionalProperties: true },
    });
    expect(open["~standard"].validate({ unknown: 1 })).toEqual({ value: { unknown: 1 } });
  });
});

describe("with @hono/standard-validator", () => {
  const app = new Hono().post("/jobs", sValidator("json", model), (c) => {
    const input = c.req.valid("json");
    expectTypeOf(input.resolution).toEqualTypeOf<Input["resolution"]>();
    return c.json({ prompt: input.prompt });
  });
  const post = (body: unknown) =>
    app.request("/jobs", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });

  test("a valid body reaches the route, typed", async () => {
    const response = await post(valid);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ prompt: valid.prompt });
  });

  test("a wrong body is answered with the issues", async () => {
    const response = await post({ ...valid, resolution: "1080P" });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('Did you mean \\"1080p\\"?');
  });
});
