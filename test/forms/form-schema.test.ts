import { sValidator } from "@hono/standard-validator";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { Hono } from "hono";
import { describe, expect, expectTypeOf, test } from "vitest";
import { model } from "../../generated/models/bytedance/seedance-v1.5-pro/image-to-video.js";
import type { Input } from "../../generated/models/bytedance/seedance-v1.5-pro/image-to-video.js";
import type { Attachable } from "../../src/attach/index.js";
import { formSchema } from "../../src/forms/index.js";
import type { FormOptions, FormSource } from "../../src/forms/index.js";

const schema = formSchema(model, { ignore: ["csrf"] });
const { validate, version, vendor } = schema["~standard"];
const frame = new File(["x"], "boat.png", { type: "image/png" });
const fields = { prompt: "A breeze.", first_frame_image_url: "https://a.example.com/b.png", duration: "5" };

describe("the form of a model as a Standard Schema", () => {
  test("has the model's types, and files in media fields", () => {
    expect({ version, vendor }).toEqual({ version: 1, vendor: "runcomfy-models" });
    expectTypeOf(schema).toExtend<StandardSchemaV1<FormSource, Attachable<Input>>>();
    expectTypeOf<StandardSchemaV1.InferOutput<typeof schema>>().toEqualTypeOf<Attachable<Input>>();
  });

  test("reads a form", () => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ ...fields, csrf: "1" })) form.append(name, value);
    form.set("first_frame_image_url", frame);
    expect(validate(form)).toEqual({
      value: { prompt: "A breeze.", first_frame_image_url: frame, duration: 5 },
    });
  });

  test("reads the values of a form library, typed or not", () => {
    expect(validate({ ...fields, duration: 5, ratio: "", camera_fixed: undefined })).toEqual({
      value: { ...fields, duration: 5 },
    });
  });

  test("tells issues by the keys of the input", () => {
    expect(validate({ ...fields, duration: "long" })).toEqual({
      issues: [{ message: '"long" given; expected a whole number', path: ["duration"] }],
    });
    expect(validate("prompt=x").issues).toMatchObject([{ path: [] }]);
  });

  test("refuses an option at once that does not exist", () => {
    expect(() => formSchema(model, { skip: [] } as FormOptions)).toThrow('formSchema has no option "skip"');
  });
});

describe("with @hono/standard-validator", () => {
  const app = new Hono().post("/jobs", sValidator("form", schema), (c) => {
    const input = c.req.valid("form");
    expectTypeOf(input.duration).toEqualTypeOf<Input["duration"]>();
    const { first_frame_image_url: picture } = input;
    return c.json({ ...input, first_frame_image_url: picture instanceof File ? picture.name : picture });
  });
  const post = (body: FormData | URLSearchParams) => app.request("/jobs", { method: "POST", body });

  test("a form with a file reaches the route, typed", async () => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.set("first_frame_image_url", frame);
    expect(await (await post(form)).json()).toEqual({
      ...fields,
      first_frame_image_url: "boat.png",
      duration: 5,
    });
  });

  test("a wrong form is answered with the issues", async () => {
    const response = await post(new URLSearchParams({ ...fields, resolution: "1080P" }));
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('Did you mean \\"1080p\\"?');
  });
});
