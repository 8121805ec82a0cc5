import { expect, test } from "vitest";
import { findRefusedCalls } from "../../../codegen/changes/sampled-calls.js";
import { compareForPeople } from "../../../codegen/changes/visible-changes.js";
import type { Fields } from "../../../src/dialect/notation/fields.js";

const compare = (before: object, after: object, more: object = {}): string[] => {
  const specOf = (x: object): Fields => ({ input: { type: "object", properties: { x }, ...more } }) as Fields;
  return compareForPeople("a/b", specOf(before), specOf(after)).map(
    ({ kind, pointer }) => `${kind} ${pointer}`,
  );
};

test("a text that becomes the address of a picture is breaking, as the check refuses plain words from then on", () => {
  const [change] = findRefusedCalls(
    "a/b",
    { properties: { x: { type: "string" } } } as unknown as Fields,
    { properties: { x: { type: "string", format: "image_uri" } } } as unknown as Fields,
  );
  expect(change).toMatchObject({ kind: "breaking", pointer: "/input/properties/x" });
  expect(change?.message).toMatch(/the check took a call with ".*" and refuses it from now on/);
  expect(compare({ type: "string" }, { type: "string", format: "image_uri" })).toContain(
    "breaking /input/properties/x",
  );
  const list = { type: "array", items: { type: "string" } };
  expect(compare(list, { ...list, format: "image_uris" })).toContain("breaking /input/properties/x");
});

test("a new typed field on an open model is breaking: the name took anything before", () => {
  const [before, after] = [
    { input: { properties: { x: {} }, additionalProperties: true } },
    { input: { properties: { x: {}, y: { type: "integer" } }, additionalProperties: true } },
  ] as unknown as Fields[];
  expect(compareForPeople("a/b", before, after)).toContainEqual(
    expect.objectContaining({ kind: "breaking", pointer: "/input/properties/y" }),
  );
});

test.each<[string, object, object]>([
  ["a wider limit", { type: "integer", maximum: 5 }, { type: "integer", maximum: 9 }],
  ["one more value", { enum: ["a"] }, { enum: ["a", "b"] }],
  ["another default", { type: "string", default: "a" }, { type: "string", default: "b" }],
  ["a pattern that is not enforced", { type: "string" }, { type: "string", pattern: "(a+)+$" }],
])("%s refuses no call that the check took", (_, before, after) => {
  expect(
    findRefusedCalls(
      "a/b",
      { properties: { x: before } } as unknown as Fields,
      { properties: { x: after } } as unknown as Fields,
    ),
  ).toEqual([]);
});

test("what the comparison of keywords has called breaking is told once", () => {
  expect(compare({ type: "integer", maximum: 9 }, { type: "integer", maximum: 5 })).toEqual([
    "breaking /input/properties/x/maximum",
  ]);
  expect(compare({ type: "integer" }, { type: "integer" }, { required: ["x"] })).toEqual([]);
});

test("schemas of every kind are sampled without an end", () => {
  const node = {
    type: "object",
    properties: {
      next: { $ref: "#/$defs/n" },
      at: { prefixItems: [{ type: "number" }], items: { type: ["string", "null"] } },
    },
    required: ["at"],
  };
  const before = {
    properties: { x: { $ref: "#/$defs/n" }, y: { anyOf: [{ type: "boolean" }, { const: 1 }] } },
    required: ["x"],
    $defs: { n: node },
  };
  const after = { ...before, properties: { ...before.properties, y: { type: "boolean" } } };
  expect(findRefusedCalls("a/b", before as unknown as Fields, after as unknown as Fields)).toMatchObject([
    { pointer: "/input/properties/y" },
  ]);
});
