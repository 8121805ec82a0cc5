// oxlint-disable unicorn/consistent-function-scoping
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareSpecs } from "../../../codegen/changes/spec-changes.js";
import { bareStandardOutput } from "../../../codegen/specs/model/default-output.js";
import { facts } from "./facts.js";

const field = (schema: object, required: string[] = []) => ({
  input: { type: "object", required, properties: { a: schema } },
});
const kinds = (before: object | undefined, after: object | undefined) =>
  compareSpecs("m/x", before, after).map(({ kind, pointer }) => `${kind} ${pointer}`);

/** Each row: the schema of field `a` before and after, and the kind and place of the only change. */
const rows: readonly (readonly [string, object, object, string])[] = [
  ["a narrowed enum", { enum: [1, 2] }, { enum: [1] }, "breaking /enum"],
  ["a widened enum", { enum: ["a"] }, { enum: ["a", "b"] }, "compatible /enum"],
  ["a new enum", { type: "string" }, { type: "string", enum: ["a"] }, "breaking /enum"],
  ["a lifted enum", { enum: ["a"] }, {}, "compatible /enum"],
  ["another order of an enum", { enum: ["a", "b"] }, { enum: ["b", "a"] }, "wording /enum"],
  ["a lower maximum", { maximum: 9 }, { maximum: 8 }, "breaking /maximum"],
  ["a higher maximum", { maximum: 9 }, { maximum: 10 }, "compatible /maximum"],
  ["a higher minimum", { minimum: 1 }, { minimum: 2 }, "breaking /minimum"],
  ["a lower minimum", { minimum: 1 }, { minimum: 0 }, "compatible /minimum"],
  ["a limit no longer reached", { minimum: 0 }, { exclusiveMinimum: 0 }, "breaking /exclusiveMinimum"],
  ["a limit that may be reached", { exclusiveMaximum: 9 }, { maximum: 9 }, "compatible /maximum"],
  ["a lower limit in another word", { exclusiveMinimum: 2 }, { minimum: 1 }, "compatible /minimum"],
  ["a higher limit in another word", { exclusiveMaximum: 2 }, { maximum: 5 }, "compatible /maximum"],
  ["a new limit", {}, { maxLength: 9 }, "breaking /maxLength"],
  ["a lifted limit", { maxItems: 9 }, {}, "compatible /maxItems"],
  [
    "a limit beyond 2^53",
    { maximum: 9007199254740993n },
    { maximum: 9007199254740995n },
    "compatible /maximum",
  ],
  ["integer to number", { type: "integer" }, { type: "number" }, "compatible /type"],
  ["number to integer", { type: "float" }, { type: "integer" }, "breaking /type"],
  ["float to number", { type: "float" }, { type: "number" }, "compatible /type"],
  ["text to number", { type: "string" }, { type: "number" }, "breaking /type"],
  ["text that may be null", { type: "string" }, { type: ["string", "null"] }, "compatible /type"],
  ["null that is no longer taken", { type: "string", nullable: true }, { type: "string" }, "breaking /type"],
  ["null that is newly taken", { type: "string" }, { type: "string", nullable: true }, "compatible /type"],
  [
    "null in another spelling",
    { type: "string", nullable: true },
    { type: ["string", "null"] },
    "compatible ",
  ],
  ["null that is no longer a value", { enum: ["a"], nullable: true }, { enum: ["a"] }, "breaking /enum"],
  ["a word that says nothing", { type: "string", nullable: false }, { type: "string" }, "compatible "],
  ["a new type", {}, { type: "string" }, "breaking /type"],
  ["a changed default", { default: 1 }, { default: 2 }, "compatible /default"],
  ["a new description", { description: "a" }, { description: "b" }, "wording /description"],
  ["another kind of media", { format: "image_uri" }, { format: "video_uri" }, "breaking /format"],
  ["a format", {}, { format: "uri" }, "compatible /format"],
  ["a pattern", {}, { pattern: "a" }, "breaking /pattern"],
  ["a lifted pattern", { pattern: "a" }, {}, "compatible /pattern"],
  ["another pattern", { pattern: "a" }, { pattern: "b" }, "breaking /pattern"],
  ["unique items", {}, { uniqueItems: true }, "breaking /uniqueItems"],
  ["a finer step", { multipleOf: 8 }, { multipleOf: 4 }, "compatible /multipleOf"],
  ["a coarser step", { multipleOf: 4 }, { multipleOf: 8 }, "breaking /multipleOf"],
  [
    "one alternative more",
    { anyOf: [{ type: "string" }] },
    { anyOf: [{ type: "string" }, { type: "null" }] },
    "compatible /anyOf",
  ],
  [
    "one alternative less",
    { anyOf: [{ type: "string" }, { type: "null" }] },
    { anyOf: [{ type: "string" }] },
    "breaking /anyOf",
  ],
  ["a keyword that nobody judges", { not: { type: "null" } }, { not: {} }, "breaking /not"],
  ["a narrowed item", { items: { enum: [1, 2] } }, { items: { enum: [1] } }, "breaking /items/enum"],
  ["items that were free", {}, { items: { type: "string" } }, "breaking /items"],
  [
    "a field in an item",
    { items: { properties: {} } },
    { items: { properties: { b: {} }, required: ["b"] } },
    "breaking /items/properties/b",
  ],
  [
    "an opened object",
    { type: "object" },
    { type: "object", additionalProperties: true },
    "compatible /additionalProperties",
  ],
  [
    "a closed object",
    { additionalProperties: true },
    { additionalProperties: false },
    "breaking /additionalProperties",
  ],
];

describe("for those who send it", () => {
  test.each(rows)("%s", (_, before, after, expected) => {
    const [kind, place] = expected.split(" ");
    expect(kinds(field(before), field(after))).toEqual([`${kind} /input/properties/a${place}`]);
  });

  test("a required field that is new, or newly required, breaks; one that is no longer required does not", () => {
    const none = { input: { type: "object", properties: {} } };
    expect(kinds(none, field({}, ["a"]))).toEqual(["breaking /input/properties/a"]);
    expect(kinds(none, field({}))).toEqual(["compatible /input/properties/a"]);
    expect(kinds(field({}), none)).toEqual(["breaking /input/properties/a"]);
    expect(kinds(field({}), field({}, ["a"]))).toEqual(["breaking /input/required"]);
    expect(kinds(field({}, ["a"]), field({}))).toEqual(["compatible /input/required"]);
  });

  test("a default on a required field is only an example, and a required name without a field is only a word", () => {
    expect(kinds(field({ default: 1 }, ["a"]), field({ default: 2 }, ["a"]))).toEqual([
      "wording /input/properties/a/default",
    ]);
    expect(kinds(field({}), field({}, ["ghost"]))).toEqual(["wording /input/required"]);
  });

  test("a number and its text are two values", () => {
    const at = "/input/properties/a/enum";
    expect(kinds(field({ enum: [5] }), field({ enum: ["5"] }))).toEqual([
      `breaking ${at}`,
      `compatible ${at}`,
    ]);
  });

  test("another order of fields is wording", () => {
    const order = (...names: string[]) => ({
      input: { properties: Object.fromEntries(names.map((name) => [name, {}])) },
    });
    expect(kinds(order("a", "b"), order("b", "a"))).toEqual(["wording /input/properties"]);
  });

  test("media rules are strict limits, whatever their order", () => {
    const rules = (...list: [string, number][]) =>
      field({
        validations: list.map(([validation_rule, validation_value]) => ({
          validation_rule,
          validation_value,
        })),
      });
    const at = "/input/properties/a/validations";
    expect(kinds(rules(["width_pixels<", 9]), rules(["width_pixels<", 8]))).toEqual([`breaking ${at}`]);
    expect(kinds(rules(["width_pixels>", 9]), rules(["width_pixels>", 8]))).toEqual([`compatible ${at}`]);
    expect(kinds(field({}), rules(["file_size_mb<", 16]))).toEqual([`breaking ${at}`]);
    expect(kinds(rules(["file_size_mb<", 16]), field({}))).toEqual([`compatible ${at}`]);
    expect(kinds(rules(["a<", 1], ["b>", 2]), rules(["b>", 2], ["a<", 1]))).toEqual([`wording ${at}`]);
  });
});

describe("for those who read it", () => {
  const output = (properties: object, required: string[] = []) => ({
    input: {},
    output: { type: "object", properties, required },
  });

  test("a field that is gone, no longer certain, or wider breaks", () => {
    expect(kinds(output({ a: {} }), output({}))).toEqual(["breaking /output/properties/a"]);
    expect(kinds(output({ a: {} }, ["a"]), output({ a: {} }))).toEqual(["breaking /output/required"]);
    expect(kinds(output({ a: { type: "string" } }), output({ a: { type: ["string", "null"] } }))).toEqual([
      "breaking /output/properties/a/type",
    ]);
    expect(kinds(output({ a: { enum: [1] } }), output({ a: { enum: [1, 2] } }))).toEqual([
      "breaking /output/properties/a/enum",
    ]);
  });

  test("a field that is new, newly certain, or narrower does not", () => {
    expect(kinds(output({}), output({ a: {} }, ["a"]))).toEqual(["compatible /output/properties/a"]);
    expect(kinds(output({ a: {} }), output({ a: {} }, ["a"]))).toEqual(["compatible /output/required"]);
    expect(kinds(output({ a: { enum: [1, 2] } }), output({ a: { enum: [1] } }))).toEqual([
      "compatible /output/properties/a/enum",
    ]);
  });

  test("no output means the standard one", () => {
    expect(kinds({ input: {} }, { input: {}, output: bareStandardOutput })).toEqual([]);
  });
});

test("a model that comes is compatible, one that goes or leaves the catalogue breaks", () => {
  expect(kinds(undefined, field({}))).toEqual(["compatible "]);
  expect(kinds(field({}), undefined)).toEqual(["breaking "]);
  expect(kinds(field({}), { ...field({}), catalogue: { missing_since: "2026-01-01" } })).toEqual([
    "breaking /catalogue/missing_since",
  ]);
  expect(
    kinds(
      { ...field({}), catalogue: { base_price_usd: 1 } },
      { ...field({}), catalogue: { base_price_usd: 2 } },
    ),
  ).toEqual(["compatible /catalogue/base_price_usd"]);
  expect(kinds(field({}), { ...field({}), notes: ["a"], source: { read: "2026-01-01" } })).toEqual([
    "wording /notes",
  ]);
});

test("a spec does not differ from itself, and two that differ never compare as equal", () => {
  fc.assert(
    fc.property(facts, facts, (left, right) => {
      const [one, two] = [left, right].map(({ input }) => ({ input: JSON.parse(input) as unknown }));
      expect(compareSpecs("m/x", one!, structuredClone(one!))).toEqual([]);
      if (left.input !== right.input) expect(compareSpecs("m/x", one!, two!)).not.toEqual([]);
    }),
    { numRuns: 300 },
  );
});
