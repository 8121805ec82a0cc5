import { describe, expect, test } from "vitest";
import type { SchemaProblem } from "../../src/dialect/notation/problem.js";
import type { SchemaNode } from "../../src/dialect/notation/schema-node.js";
import { normalizeSpec } from "../../src/dialect/spec/documented-model.js";
import type { Json } from "../../src/input/model.js";
import { check } from "../../src/input/check.js";

const read = (input: SchemaNode) => {
  const problems: SchemaProblem[] = [];
  const model = normalizeSpec({ id: "a/b", spec: { input } }, (problem) => void problems.push(problem));
  return {
    input: model.input,
    told: problems.map(({ code, pointer, what }) => `${code} ${pointer} ${what}`),
    takes: (value: Json) => check(model.input, value).length === 0,
  };
};

const string = { type: "string" };
const $defs = {
  Base: { type: "object", properties: { a: string }, required: ["a"] },
  Size: { type: "string", enum: ["small", "large"], description: "Theirs.", default: "small" },
};

/** Values that must be accepted, and values that must be refused. */
const expectVerdicts = (input: SchemaNode, right: readonly Json[], wrong: readonly Json[]) => {
  const { takes } = read(input);
  expect({ right: right.filter(takes), wrong: wrong.filter(takes) }).toEqual({ right, wrong: [] });
};

describe("allOf is merged into the schema around it", () => {
  test("where it says all there is", () => {
    const input = { allOf: [{ type: "object", properties: { a: string }, required: ["a"] }] };
    expectVerdicts(input, [{ a: "x" }], [{}, { a: 1 }, { a: "x", b: "y" }]);
    expect(read(input).told).toEqual([]);
  });

  test("with references, and the fields in their documented order", () => {
    const input = {
      type: "object",
      allOf: [{ $ref: "#/$defs/Base" }, { properties: { b: string }, required: ["b"] }],
      properties: { c: string },
      $defs,
    };
    expectVerdicts(input, [{ a: "", b: "", c: "" }], [{ c: "" }, { a: "", c: "" }, { a: "", b: "", d: "" }]);
    expect(Object.keys(read(input).input.properties)).toEqual(["a", "b", "c"]);
    const { allOf, properties, ...rest } = input;
    expect(Object.keys(read({ ...rest, properties, allOf }).input.properties)).toEqual(["c", "a", "b"]);
  });

  test("in a field, with the wording of the schema around it", () => {
    const size = { allOf: [{ $ref: "#/$defs/Size" }], description: "Ours.", default: "large" };
    const { input, told } = read({ properties: { size }, $defs });
    expect(input.properties["size"]).toEqual({ ...$defs.Size, description: "Ours.", default: "large" });
    expect(told).toEqual([]);
  });

  test("in parts of parts, and beside a reference", () => {
    const inner = { allOf: [{ $ref: "#/$defs/Base" }, { properties: { b: string } }] };
    const input = { allOf: [inner, { $ref: "#/$defs/Base", properties: { c: string } }], $defs };
    expectVerdicts(input, [{ a: "", b: "", c: "" }], [{ b: "" }]);
  });

  test("with the stricter of two limits and what two lists share", () => {
    const { input, told } = read({
      properties: {
        n: {
          type: "number",
          minimum: 1,
          maximum: 9,
          multipleOf: 4,
          allOf: [{ type: "integer", minimum: 2, maximum: 12, multipleOf: 6 }],
        },
        s: { enum: ["a", "b", 3], allOf: [{ enum: ["b", 3, "c"] }, string] },
        t: { type: "string", minLength: 1, allOf: [{ maxLength: 5, minLength: 2 }] },
        l: {
          type: "array",
          items: string,
          allOf: [{ items: { maxLength: 3 }, maxItems: 2, uniqueItems: true }],
        },
      },
    });
    expect(input.properties).toEqual({
      n: { type: "integer", minimum: 2, maximum: 9, multipleOf: 12, "x-role": "outputs" },
      s: { type: "string", enum: ["b"] },
      t: { type: "string", minLength: 2, maxLength: 5 },
      l: { type: "array", items: { type: "string", maxLength: 3 }, maxItems: 2, uniqueItems: true },
    });
    expect(told).toEqual([]);
  });

  test("with one field of both parts, at any depth", () => {
    const cam = (name: string) => ({
      properties: { cam: { type: "object", properties: { [name]: string } } },
    });
    expectVerdicts(
      { allOf: [cam("pan"), cam("tilt")] },
      [{ cam: { pan: "", tilt: "" } }],
      [{ cam: { zoom: "" } }, { cam: { pan: 1 } }],
    );
  });

  test("and what contradicts itself is an error", () => {
    const field = (...allOf: SchemaNode[]) => read({ properties: { a: { allOf } } }).told;
    expect(field(string, { type: "integer" })).toEqual([
      "contradictory-limits /input/properties/a/allOf/1/type No value is both of type string and of type integer.",
    ]);
    expect(field({ enum: ["a"] }, { enum: ["b"] })).toEqual([
      "empty-enum /input/properties/a/allOf/1/enum No value is in this enum and in the one that it is merged with.",
    ]);
    expect(field({ const: "a" }, { const: "b" })).toEqual([
      'empty-enum /input/properties/a/allOf/1/const No value is both "a" and "b".',
    ]);
    expect(field({ minimum: 5 }, { maximum: 4 })).toEqual([
      'contradictory-limits /input/properties/a/minimum "minimum" is 5 and "maximum" is 4.',
    ]);
  });

  test("and what cannot be merged is reported, and refuses nothing", () => {
    const strict = { properties: { a: string }, additionalProperties: false };
    const closed = { allOf: [strict, { properties: { b: string } }] };
    expectVerdicts(closed, [{ a: "", b: "" }], [{ c: "" }]);
    expect(read(closed).told).toEqual([
      'unenforced-keyword /input/allOf/0/additionalProperties "additionalProperties": false is not enforced for "b", which allOf adds.',
    ]);
    const either = (...names: string[]) => ({ anyOf: names.map((name) => ({ required: [name] })) });
    const properties = { a: string, b: string, c: string, d: string };
    const twice = { properties, allOf: [either("a", "b"), either("c", "d")] };
    expectVerdicts(twice, [{ a: "", c: "" }, { a: "" }], [{ c: "" }]);
    expect(read(twice).told).toEqual([
      'unenforced-keyword /input/allOf/1/anyOf "anyOf" is not enforced, as another part of allOf has one too.',
    ]);
  });

  test("and a part that leads back to itself is refused", () => {
    const circle = {
      allOf: [{ $ref: "#/$defs/Circle" }],
      $defs: { Circle: { allOf: [{ $ref: "#/$defs/Circle" }] } },
    };
    expect(read(circle).told[0]).toMatch("bad-reference");
    const twice = {
      allOf: [{ $ref: "#/$defs/Base" }],
      properties: { other: { $ref: "#/$defs/Base" } },
      $defs,
    };
    expect(read(twice).told).toEqual([]);
  });
});

const modes = {
  type: "object",
  properties: { mode: { type: "string", enum: ["text", "image"] }, prompt: string, image_url: string },
  required: ["mode"],
  oneOf: [
    { properties: { mode: { const: "text" } }, required: ["prompt"] },
    { properties: { mode: { const: "image" } }, required: ["image_url"] },
  ],
};
const rightModes = [
  { mode: "text", prompt: "a" },
  { mode: "image", image_url: "u" },
  { mode: "text", prompt: "a", image_url: "u" },
];
const wrongModes = [
  { mode: "text" },
  { mode: "image", prompt: "a" },
  { prompt: "a" },
  { mode: "text", prompt: "a", more: 1 },
];
const asAnyOf = '"oneOf" is checked as "anyOf": that no second choice fits is not enforced.';

describe("a choice beside properties is a condition on the same object", () => {
  test("of an input", () => {
    expectVerdicts(modes, rightModes, wrongModes);
    expect(read(modes).told).toEqual([]);
    const { required: _, ...loose } = modes;
    expect(read(loose).told).toEqual([`unenforced-keyword /input/oneOf ${asAnyOf}`]);
    expect(read(loose).input.allOf).toEqual([{ oneOf: read(loose).input.anyOf }]);
  });

  test("of a field", () => {
    const inside = (values: readonly Json[]) => values.map((field) => ({ field }));
    expectVerdicts({ properties: { field: modes } }, inside(rightModes), inside(wrongModes));
  });

  test("of an object that may be null", () => {
    expectVerdicts(
      { properties: { field: { ...modes, nullable: true } } },
      [{ field: null }],
      [{ field: {} }],
    );
  });

  test("whether it says that it is an object or not", () => {
    const need = (name: string) => ({ type: "object", required: [name] });
    const input = { properties: { a: string, b: string }, anyOf: [need("a"), need("b")] };
    expectVerdicts(input, [{ a: "" }, { b: "" }], [{}]);
    expect(read(input).input.anyOf).toEqual([
      { properties: { a: string }, required: ["a"] },
      { properties: { b: string }, required: ["b"] },
    ]);
    expect(read(input).told).toEqual([]);
  });

  test("and its own fields are fields of the object", () => {
    const { input, takes, told } = read({
      properties: { mode: string },
      anyOf: [
        {
          properties: { mode: { const: "text" }, prompt: { ...string, title: "Prompt" } },
          required: ["prompt"],
        },
        { properties: { mode: { const: "image" }, image: string } },
      ],
    });
    expect(input.properties).toEqual({
      mode: string,
      prompt: { ...string, title: "Prompt", "x-role": "prompt" },
      image: { ...string, "x-role": "image" },
    });
    expect(input.additionalProperties).toBe(false);
    expect([takes({ mode: "text", prompt: "" }), takes({ mode: "text" }), takes({ mode: "image" })]).toEqual([
      true,
      false,
      true,
    ]);
    expect(told).toEqual([]);
  });

  test("and a field that one choice describes, and another only names, takes anything", () => {
    const anyOf = [{ properties: { b: {} } }, { properties: { b: { ...string, required: true } } }];
    expect(read({ properties: { a: string }, anyOf }).input.properties).toEqual({ a: string, b: {} });
    const lists = [
      { properties: { b: { enum: ["x"] } } },
      { properties: { b: { const: "y", required: true } } },
    ];
    const { input } = read({ properties: { a: string }, anyOf: lists });
    expect(input.properties["b"]).toEqual({ enum: ["x", "y"] });
    expect(input.required).toEqual([]);
  });

  test("even where all fields stand in choices", () => {
    const branch = (mode: string, name: string) => ({
      type: "object",
      properties: { mode: { const: mode }, [name]: string },
      required: ["mode", name],
    });
    const { input, takes } = read({ oneOf: [branch("text", "prompt"), branch("image", "image_url")] });
    expect(input.properties).toMatchObject({
      mode: { enum: ["text", "image"] },
      prompt: string,
      image_url: string,
    });
    expect([...rightModes, ...wrongModes].map(takes)).toEqual([true, true, true, false, false, false, false]);
  });

  test("and what it adds to a field of the object is let through", () => {
    const cam = (...names: string[]) => ({
      type: "object",
      properties: Object.fromEntries(names.map((name) => [name, { type: "number" }])),
    });
    const anyOf = [{ properties: { cam: { ...cam("pan"), required: ["pan"] } } }, { required: ["off"] }];
    const input = { properties: { cam: cam("zoom"), off: string }, anyOf };
    expectVerdicts(
      input,
      [{ cam: { zoom: 1, pan: 2 } }, { off: "", cam: { zoom: 1 } }],
      [{ cam: { zoom: 1 } }, { cam: { pan: "" } }, { off: "", cam: { tilt: 1 } }],
    );
    expect(read(input).told).toEqual([]);
    const strict = { ...cam("zoom"), additionalProperties: false };
    expect(read({ ...input, properties: { cam: strict, off: string } }).told).toEqual([
      'unenforced-keyword /input/properties/cam/additionalProperties "additionalProperties": false is not enforced for "pan", which choices describe.',
    ]);
  });

  test("and a required name that nobody describes is reported", () => {
    const { takes, told } = read({ properties: { a: string }, anyOf: [{ required: ["gone"] }] });
    expect(told).toEqual([
      'required-without-property /input/anyOf/0/required/0 The required name "gone" has no property.',
    ]);
    expect(takes({ a: "" })).toBe(true);
  });

  test("and one that takes any field opens the object", () => {
    const anyOf = [{ properties: { a: { const: "x" } }, additionalProperties: true }, { required: ["b"] }];
    expectVerdicts({ properties: { a: string, b: string }, anyOf }, [{ a: "x", more: 1 }], [{ a: "y" }]);
  });
});

test("a part of allOf that says only nullable speaks of all parts", () => {
  const size = { allOf: [{ $ref: "#/$defs/Size" }, { nullable: true }] };
  const other = { allOf: [{ $ref: "#/$defs/Size" }], nullable: true };
  expectVerdicts(
    { properties: { size, other }, $defs },
    [{ size: null, other: null }, { size: "small" }],
    [{ size: "x" }],
  );
});
