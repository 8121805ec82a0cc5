import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { describeIssue } from "../../../src/errors/issue.js";
import type { Schema } from "../../../src/input/model.js";
import { checkInput } from "../../../src/input/check.js";
import { checkSendable } from "../../../src/input/sendable.js";

const say = (input: unknown) => checkSendable(input).map(describeIssue);
const cycle: { self?: unknown } = {};
cycle.self = [cycle];
let deep: unknown = 1;
for (let depth = 0; depth < 200; depth++) deep = { a: deep };

const unsendable: readonly (readonly [string, unknown])[] = [
  ["NaN", { a: NaN }],
  ["Infinity", { a: [Infinity] }],
  ["a BigInt", { a: 5n }],
  ["a whole number beyond 2^53", { a: 2 ** 53 }],
  ["a function", { a: () => 1 }],
  ["a symbol", { a: Symbol("s") }],
  ["a Date", { a: new Date(0) }],
  ["a Map", { a: new Map() }],
  ["a toJSON", { a: { toJSON: () => 1 } }],
  ["a getter", Object.defineProperty({}, "a", { get: () => 1, enumerable: true })],
  ["a getter in an array", { a: Object.defineProperty([1], 0, { get: () => 1 }) }],
  ["a cycle", cycle],
  ["too many levels", deep],
  ["__proto__", JSON.parse('{"a":{"__proto__":1}}')],
  ["a lone surrogate", { a: "\ud800" }],
  ["a lone surrogate in a name", { "\udc00": 1 }],
];

describe("an input of a model known only by its id", () => {
  test.each(unsendable)("is refused for %s, once, and as the check of a model refuses it", (_, input) => {
    expect(say(input)).toHaveLength(1);
    expect(checkInput({ input: {} }, input).map(describeIssue)).toEqual(say(input));
    const closed = {
      input: { type: "object", properties: { a: {}, self: {} }, additionalProperties: false },
    };
    expect(checkInput(closed as { input: Schema }, input)).toHaveLength(1);
  });

  test.each([
    [undefined, "undefined given; expected a value"],
    [null, "null given; expected object"],
    ["x", '"x" given; expected object'],
    [[{}], "an array given; expected object"],
    [5n, "a bigint given; expected text, a number, true, false, null, an array or a plain object"],
  ])("must be an object: %s", (input, said) => {
    expect(say(input)).toEqual([`input: ${said}`]);
  });

  test("may hold everything that JSON can carry", () => {
    expect(say({ a: "😀", b: [1, 2.5, true, null, { c: undefined }], d: Object.create(null) })).toEqual([]);
  });
});

test("this check stands without the check of schemas", async () => {
  const { metafile } = await build({
    entryPoints: [new URL("../../../src/input/sendable.ts", import.meta.url).pathname],
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
  });
  const names = Object.keys(metafile.inputs).map((path) => path.replace(/^.*src\//, ""));
  expect(names.sort()).toEqual(["errors/issue.ts", "input/sendable.ts", "input/walk.ts"]);
});
