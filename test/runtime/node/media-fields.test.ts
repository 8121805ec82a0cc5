import { expect, test } from "vitest";
import { findMediaFields } from "../../../src/media/media-fields.js";
import type { Schema } from "../../../src/input/model.js";

const rules = { below: { width_pixels: 10 } };
const media: Schema = { type: "string", "x-media": rules };

test("each of 200,000 references is found, in a time that grows as their number does", () => {
  const schema: Schema = { type: "object", properties: { list: { type: "array", items: media } } };
  const list = Array.from({ length: 200_000 }, () => "https://example.com/x.png");
  const found = findMediaFields(schema, { list });
  expect(found).toHaveLength(list.length);
  expect(found.at(-1)).toEqual({ path: "/list/199999", value: list[0], rules });
});

test("a reference that two branches lead to with the same rules is found once", () => {
  const other: Schema = { type: "string", "x-media": { kind: "image" } };
  const schema: Schema = { anyOf: [media, { type: "string", maxLength: 9, "x-media": rules }, other] };
  expect(findMediaFields(schema, "a")).toEqual([
    { path: "", value: "a", rules },
    { path: "", value: "a", rules: { kind: "image" } },
  ]);
});

test("a text that another choice lists or describes is no reference", () => {
  const colour: Schema = { type: "string", pattern: "^#[0-9a-f]{6}$" };
  const schema: Schema = {
    anyOf: [{ $ref: "#/$defs/words" }, colour, media],
    $defs: { words: { enum: ["auto"] } },
  };
  for (const value of ["auto", "#00ff00"]) expect(findMediaFields(schema, value)).toEqual([]);
  expect(findMediaFields(schema, "me.png")).toEqual([{ path: "", value: "me.png", rules }]);
});
