import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkId, findCollisions } from "../../../codegen/specs/model/safe-names.js";
import { checkPropertyName } from "../../../src/dialect/notation/property-name.js";

describe("ids", () => {
  test.each([
    "bytedance/seedance-v1.5-pro/image-to-video",
    "kling/kling-3.0/4K/text-to-video",
    "minimax/Hailuo Video 01 Live",
    "a/b",
    "acme/contour",
    "acme/日本語/ü",
    "acme/it's`${1}",
  ])("%s is fine", (id) => expect(checkId(id)).toBeUndefined());

  test.each([
    ["a//b", "empty"],
    ["/a", "empty"],
    ["a/", "empty"],
    ["a/../b", "another folder"],
    ["./a", "another folder"],
    ["a/.hidden", "dot"],
    ["a/b.", "Windows drops"],
    ["a/ b", "Windows drops"],
    ["a/b ", "Windows drops"],
    ["a/con", "device"],
    ["a/NUL.x", "device"],
    ["a/Com1", "device"],
    ["a/lpt¹", "device"],
    ["a\\b", "Windows forbids"],
    ["c:/b", "Windows forbids"],
    ['a/"b"', "Windows forbids"],
    ["a/b?c", "Windows forbids"],
    ["a/%2e%2e", "address"],
    ["a/b#c", "address"],
    ["a/b\nc", "cannot be seen"],
    ["a/b\u202ec", "cannot be seen"],
    ["a/b\u200bc", "cannot be seen"],
    ["a/b\u2028c", "cannot be seen"],
    ["a/\ud800", "cannot be seen"],
    ["a/u\u0308", "NFC"],
    ["__proto__/a", "prototype"],
    ["a/constructor", "prototype"],
    ["a/node_modules/b", "tools leave out"],
    ["a/b.d", "declaration"],
    ["a/b.d.css", "declaration"],
    ["a/".repeat(120), "200 characters"],
  ])("%j is refused: %s", (id, words) => expect(checkId(id)).toContain(words));

  test("an id that passes never leads out of its folder", () => {
    const sign = fc.constantFrom("a", "B", ".", "/", "\\", " ", ":", "-", "\u202e", "é");
    fc.assert(
      fc.property(fc.string({ unit: sign, maxLength: 12 }), (id) => {
        if (checkId(id) !== undefined) return;
        expect(new URL(`file:///out/models/${id}.ts`).pathname.startsWith("/out/models/")).toBe(true);
        expect(id.split("/")).not.toContain("..");
      }),
      { numRuns: 2000 },
    );
  });
});

describe("ids that meet", () => {
  test.each([
    ["case", ["a/4K/x", "a/4k/x"]],
    ["accents", ["a/\u00fc", "a/u\u0308"]],
    ["sharp s", ["a/straße", "a/STRASSE"]],
    ["a module and a folder", ["a/b", "a/b.ts/c"]],
  ])("are found: %s", (_, ids) => expect(findCollisions(ids)).toHaveLength(1));

  test("are not found where an id is only the beginning of another", () => {
    expect(findCollisions(["a/b", "a/b/c", "a/bc", "a"])).toEqual([]);
  });
});

test.each(["__proto__", "constructor", "prototype"])("the property name %s is refused", (name) => {
  expect(checkPropertyName(name)).toContain("prototype");
});

test.each(["241_positive_prompt", "", "a b", "*/", "default"])("the property name %j is fine", (name) =>
  expect(checkPropertyName(name)).toBeUndefined(),
);

test("property names that hide what tools rely on, or that cannot be seen, are refused", () => {
  for (const name of ["hasOwnProperty", "toString", "valueOf", "toLocaleString", "isPrototypeOf"])
    expect(checkPropertyName(name)).toContain("hides a method");
  expect(checkPropertyName("a\u202eb")).toContain("cannot be seen");
  expect(checkPropertyName("x".repeat(201))).toContain("200 characters");
});
