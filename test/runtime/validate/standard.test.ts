import { sValidator } from "@hono/standard-validator";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { Hono } from "hono";
import { describe, expect, expectTypeOf, test } from "vitest";
import type { Model } from "../../../src/model.js";
import { standard } from "../../../src/standard.js";
import { model, valid } from "./seedance.js";
import type { Input } from "./seedance.js";

const schema = standard(model);

describe("a model as a Standard Schema", () => {
  test("follows the standard, and its types are the model's", () => {
    expectTypeOf(schema).toExtend<StandardSchemaV1<Input>>();
    expectTypeOf<StandardSchemaV1.InferInput<typeof schema>>().toEqualTypeOf<Input>();
    expectTypeOf<StandardSchemaV1.InferOutput<typeof schema>>().toEqualTypeOf<Input>();
    expect(schema["~standard"].version).toBe(1);
    expect(schema["~standard"].vendor).toBe("runcomfy-models");
  });

  test("is still a model, and the wrapped one is unchanged", () => {
    expectTypeOf(schema).toExtend<Model<Input, { video?: string }>>();
    expect(schema.id).toBe(model.id);
    expect(schema.input).toBe(model.input);
    expect(model).not.toHaveProperty("~standard");
  });

  test("gives the value back untouched", () => {
    expect(schema["~standard"].validate(valid)).toEqual({ value: valid });
  });

  test("gives paths as keys, places in arrays as numbers", () => {
    const lists = standard({
      id: "a/b",
      input: {
        type: "object",
        properties: { images: { items: { type: "string" } } },
        additionalProperties: true,
      },
    });
    expect(lists["~standard"].validate({ images: ["a", 5], unknown: 1 })).toEqual({
      issues: [{ message: '5 given; expected string — did you mean "5"?', path: ["images", 1] }],
    });
  });

  test("a warning is no failure", () => {
    const open = standard({
      id: "a/b",
      input: { type: "object", properties: {}, additionalProperties: true },
    });
    expect(open["~standard"].validate({ unknown: 1 })).toEqual({ value: { unknown: 1 } });
  });
});

describe("with @hono/standard-validator", () => {
  const app = new Hono().post("/jobs", sValidator("json", schema), (c) => {
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
    expect(await response.text()).toContain('did you mean \\"1080p\\"?');
  });
});
