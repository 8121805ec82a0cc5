import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { describeIssue } from "../../../src/errors/issue.js";
import type { Schema } from "../../../src/input/model.js";
import { check, checkInput } from "../../../src/input/check.js";
import { model, valid } from "./seedance.js";

const say = (schema: Schema, value: unknown) => check(schema, value).map(describeIssue);
const sayInput = (input: unknown) => checkInput(model, input).map(describeIssue);

describe("what the check says", () => {
  test("a valid input has no issues", () => {
    expect(checkInput(model, valid)).toEqual([]);
  });

  test("a wrong enum value is named with the legal ones and the nearest", () => {
    const [issue, ...others] = checkInput(model, { ...valid, resolution: "1080P" });
    expect(others).toEqual([]);
    expect(issue).toEqual({
      code: "enum",
      path: "/resolution",
      given: '"1080P"',
      message: '"1080P" is not one of "480p", "720p", "1080p". Did you mean "1080p"?',
      expected: '"480p", "720p", "1080p"',
      nearest: '"1080p"',
    });
    expect(describeIssue(issue!)).toBe(
      '`resolution`: "1080P" is not one of "480p", "720p", "1080p". Did you mean "1080p"?',
    );
  });

  test("a word in place of a number is never taken for NaN", () => {
    expect(say({ type: "number" }, "abc")).toEqual(['input: "abc" given; expected number']);
  });

  test("of many legal values two dozen are named", () => {
    const allowed = Array.from({ length: 30 }, (_, at) => at);
    const [said] = say({ enum: allowed }, "x");
    expect(said).toBe(`input: "x" is not one of ${allowed.slice(0, 24).join(", ")} and 6 more`);
    expect(say({ enum: allowed.slice(0, 24) }, "x")[0]).not.toContain("more");
  });

  test("a place is spelled as in code, whatever its names hold", () => {
    const wrong = { items: Array.from({ length: 12 }, (_, at) => (at === 11 ? 5 : "x")), "a/b~1": 5, 7: 5 };
    const text: Schema = { type: "string" };
    const schema = { properties: { items: { items: text }, "a/b~1": text, 7: text } };
    expect(check(schema, wrong).map(({ path }) => path)).toEqual(["/7", "/items/11", "/a~1b~01"]);
    expect(say(schema, wrong).map((line) => line.split(":")[0])).toEqual(["`7`", "`items[11]`", "`a/b~1`"]);
  });

  test("a text that does not match a pattern is shown with the pattern", () => {
    const schema: Schema = { type: "string", pattern: "^#[0-9a-f]{6}$" };
    expect(say(schema, "#00ff00")).toEqual([]);
    expect(check(schema, "green")[0]).toEqual({
      code: "pattern",
      path: "",
      given: '"green"',
      expected: "a text that matches ^#[0-9a-f]{6}$",
      message: '"green" given; expected a text that matches ^#[0-9a-f]{6}$',
    });
  });

  test("each place of a tuple has its own schema, and what follows has that of the items", () => {
    const schema: Schema = { prefixItems: [{ type: "string" }, { type: "number" }], items: { type: "null" } };
    expect(say(schema, ["x", 1, null])).toEqual([]);
    expect(say(schema, [1, "x", 0]).map((line) => line.split(";")[0])).toEqual([
      "`0`: 1 given",
      '`1`: "x" given',
      "`2`: 0 given",
    ]);
  });

  test("a schema that contains itself is checked at every depth, and a wrong name is told with its place", () => {
    const node: Schema = {
      type: "object",
      properties: { name: { type: "string" }, children: { items: { $ref: "#/$defs/node" } } },
      additionalProperties: false,
    };
    const schema: Schema = { properties: { tree: { $ref: "#/$defs/node" } }, $defs: { node } };
    const tree = { name: "a", children: [{ name: "b", children: [{ nam: "c" }] }] };
    expect(say(schema, { tree })).toEqual([
      '`tree.children[0].children[0].nam`: is not a documented field. Did you mean "name"?',
    ]);
    expect(
      check({ ...node, properties: { self: { $ref: "#" } } }, { self: { self: { x: 1 } } }),
    ).toHaveLength(1);
    expect(check({ $ref: "#/$defs/none" }, 1)).toEqual([]);
  });

  test("an unknown name below a schema that contains itself is no doubt about the outermost one", () => {
    const input: Schema = { properties: { self: { $ref: "#" } }, additionalProperties: true };
    expect(checkInput({ input }, { self: { x: 1 } })).toEqual([]);
    expect(checkInput({ input }, { x: 1 })).toMatchObject([{ path: "/x", severity: "warning" }]);
  });

  test("an object whose names follow patterns takes any name", () => {
    const schema: Schema = { patternProperties: { "^x_": {} }, additionalProperties: false };
    expect(say(schema, { x_1: 1 })).toEqual([]);
  });

  test("an object and a list are named as what they are", () => {
    expect(say({ type: "string" }, {})).toEqual(["input: an object given; expected string"]);
    expect(say({ type: "string" }, [])).toEqual(["input: an array given; expected string"]);
  });

  test("a schema without fields expects none", () => {
    expect(say({ properties: {}, additionalProperties: false }, { a: 1 })).toEqual([
      "`a`: is not a documented field; expected no fields",
    ]);
    expect(say({ properties: { seed: {}, ratio: {} }, additionalProperties: false }, { wholly: 1 })).toEqual([
      "`wholly`: is not a documented field; expected one of seed, ratio",
    ]);
  });

  test("an unknown name inside a field that takes any is no slip", () => {
    const inner: Schema = { type: "object", properties: { ratio: {} }, additionalProperties: true };
    const input: Schema = { type: "object", properties: { settings: inner }, additionalProperties: true };
    expect(checkInput({ input }, { settings: { ratioo: 1 } })).toEqual([]);
    expect(checkInput({ input }, { setting: {} })).toMatchObject([{ path: "/setting", severity: "warning" }]);
  });

  test("of branches that take the type, the one with the fewest faults speaks", () => {
    const far: Schema = { type: "object", required: ["a", "b"] };
    const near: Schema = { type: "object", required: ["c"] };
    for (const anyOf of [
      [far, near],
      [near, far],
    ])
      expect(say({ anyOf }, {})).toEqual(["`c`: is required"]);
  });

  test("of values of several types, the nearest number is meant by a number", () => {
    expect(check({ enum: ["auto", 4, null, 8] }, 7)[0]).toMatchObject({ nearest: "8" });
  });

  test("all problems are reported at once, in the order of the input", () => {
    expect(
      sayInput({
        promt: "x",
        resolution: "4k",
        duration: "5",
        generate_audio: "yes",
        first_frame_image_url: 7,
      }),
    ).toEqual([
      '`promt`: is not a documented field. Did you mean "prompt"?',
      expect.stringContaining('`resolution`: "4k" is not one of "480p", "720p", "1080p"'),
      '`duration`: "5" is not one of 4, 5, 6, 7, 8, 9, 10, 11, 12. Did you mean 5?',
      '`generate_audio`: "yes" given; expected boolean',
      '`first_frame_image_url`: 7 given; expected string. Did you mean "7"?',
      "`prompt`: is required",
    ]);
  });

  test.each<[string, Schema, unknown, string]>([
    ["a number under the minimum", { minimum: 4 }, 3, "input: 3 given; expected at least 4"],
    ["a number over the maximum", { maximum: 15 }, 99, "input: 99 given; expected at most 15"],
    ["a number on an exclusive limit", { exclusiveMaximum: 1 }, 1, "input: 1 given; expected less than 1"],
    ["a broken step", { multipleOf: 0.1 }, 0.25, "input: 0.25 given; expected a multiple of 0.1"],
    [
      "a text too long",
      { maxLength: 2 },
      "😀😀😀",
      "input: 3 characters given; expected at most 2 characters",
    ],
    ["a text too short", { minLength: 1 }, "", "input: 0 characters given; expected at least 1 character"],
    ["too many items", { maxItems: 1 }, [1, 2], "input: 2 items given; expected at most 1 item"],
    [
      "equal items",
      { uniqueItems: true },
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      "input: an item twice given; expected each item once",
    ],
    ["a fraction for an integer", { type: "integer" }, 5.5, "input: 5.5 given; expected integer"],
    [
      "a value of neither type",
      { type: ["string", "null"] },
      [1],
      "input: an array given; expected string or null",
    ],
    [
      "a number near an enum of numbers",
      { enum: [24, 25, 48, 50] },
      30,
      "input: 30 is not one of 24, 25, 48, 50. Did you mean 25?",
    ],
    [
      "a number for an enum of texts",
      { enum: ["auto", "5"] },
      5,
      'input: 5 is not one of "auto", "5". Did you mean "5"?',
    ],
    [
      "another value than the only one",
      { const: "0:10" },
      "0:20",
      'input: "0:20" is not "0:10". Did you mean "0:10"?',
    ],
  ])("%s", (_, schema, value, said) => {
    expect(say(schema, value)).toEqual([said]);
  });

  test("a place inside arrays and objects is written as code writes it", () => {
    const schema: Schema = {
      properties: {
        loras: { items: { properties: { path: { type: "string" } }, additionalProperties: false } },
      },
    };
    const issues = check(schema, { loras: [{}, { pth: "x" }, { path: 1 }] });
    expect(issues.map((issue) => issue.path)).toEqual(["/loras/1/pth", "/loras/2/path"]);
    expect(describeIssue(issues[1]!)).toBe('`loras[2].path`: 1 given; expected string. Did you mean "1"?');
  });

  test("keys with slashes and tildes make correct pointers", () => {
    expect(check({ additionalProperties: { type: "string" } }, { "a/b~c": 1 })[0]!.path).toBe("/a~1b~0c");
  });

  test("of alternatives, the one of the value's type is explained", () => {
    const schema: Schema = { anyOf: [{ type: "string", enum: ["square", "wide"] }, { type: "object" }] };
    expect(check(schema, { width: 5 })).toEqual([]);
    expect(say(schema, "squar")).toEqual([
      'input: "squar" is not one of "square", "wide". Did you mean "square"?',
    ]);
    expect(say(schema, 5)).toEqual(['input: 5 given; expected string or object. Did you mean "5"?']);
  });

  test("long and hostile values are cut and escaped", () => {
    const [long] = say({ enum: ["a"] }, "x".repeat(5000));
    expect(long!.length).toBeLessThan(200);
    expect(long).toContain("(5000 characters)");
    const [hostile] = say({ enum: ["a"] }, "\u001b[31m\u202e\u2028\ud800");
    expect(hostile).toContain("\\u001b[31m\\u202e\\u2028\\ud800");
    const [key] = say({ additionalProperties: false }, { "\u202eevil\n": 1 });
    expect(key).toContain("\\u202eevil\\u000a");
  });

  test("names of Object.prototype are ordinary names", () => {
    const schema: Schema = {
      type: "object",
      properties: {},
      additionalProperties: false,
      required: ["toString"],
    };
    expect(check(schema, { constructor: 1, hasOwnProperty: 2 }).map((issue) => issue.path)).toEqual([
      "/constructor",
      "/hasOwnProperty",
      "/toString",
    ]);
  });

  test("a value deeper than 100 levels is an issue, not a stack overflow", () => {
    let schema: Schema = {};
    let value: unknown = 1;
    for (let depth = 0; depth < 50_000; depth++) [schema, value] = [{ items: schema }, [value]];
    for (const of of [schema, {}, { uniqueItems: true }, { enum: [1, [2]] }]) {
      const [issue, ...others] = check(of, [value, value]);
      expect(issue!.message).toBe("is more than 100 levels deep");
      expect(others.every(({ message }) => message === issue!.message)).toBe(true);
    }
  });
});

describe("an open model", () => {
  const open = { ...model, input: { ...model.input, additionalProperties: true } };

  test("lets unknown keys through with a warning that names the nearest", () => {
    expect(checkInput(open, { ...valid, ratioo: "16:9", multi_prompt: [{ a: 1 }] })).toEqual([
      expect.objectContaining({ path: "/ratioo", severity: "warning", nearest: "ratio" }),
      expect.objectContaining({ path: "/multi_prompt", severity: "warning" }),
    ]);
  });

  test("still refuses what JSON cannot carry", () => {
    expect(checkInput(open, { ...valid, elements: [{ at: NaN }] })).toContainEqual({
      code: "not_sendable",
      path: "/elements/0/at",
      given: "NaN",
      message: "NaN given; expected a finite number",
      expected: "a finite number",
    });
  });
});

test("the check runs under a strict content security policy: no code is made from text", () => {
  const room = new URL("../../../src/input/", import.meta.url);
  for (const file of ["../errors/issue.ts", ...readdirSync(room)]) {
    const source = readFileSync(new URL(file, room), "utf8");
    expect(source).not.toMatch(/\beval\b|new Function|import\(/);
  }
});

test("enum and const hold together where both are said", () => {
  expect(check({ enum: [3], const: 0 }, 0)).toHaveLength(1);
  expect(check({ enum: [0, 3], const: 0 }, 3)).toHaveLength(1);
  expect(check({ enum: [0, 3], const: 0 }, 0)).toEqual([]);
});
