import { describe, expect, test } from "vitest";
import { describeField } from "../../../../codegen/targets/models/comment.js";
import { describeLimits, formatNumber } from "../../../../codegen/targets/models/sentences.js";
import type { Schema } from "../../../../src/input/model.js";

const cases: readonly (readonly [says: string, schema: Schema])[] = [
  ["A whole number from 4 to 12.", { type: "integer", minimum: 4, maximum: 12 }],
  ["A whole number, at least 1,000.", { type: "integer", minimum: 1000 }],
  ["A whole number.", { type: "integer" }],
  ["", { type: "integer", enum: [4, 5] }],
  ["From -1.5 to 2.", { type: "number", minimum: -1.5, maximum: 2 }],
  ["More than 0 and less than 1.", { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 }],
  ["At least 0 and less than 1.", { type: "number", minimum: 0, exclusiveMaximum: 1 }],
  ["At most 4,294,967,295.", { type: "number", maximum: 4294967295 }],
  [
    "A whole number from 256 to 2,048, a multiple of 8.",
    { type: "integer", minimum: 256, maximum: 2048, multipleOf: 8 },
  ],
  ["A multiple of 0.5.", { type: "number", multipleOf: 0.5 }],
  ["At most 1,000 characters.", { type: "string", maxLength: 1000 }],
  ["At least 1 character.", { type: "string", minLength: 1 }],
  ["Exactly 2 characters.", { type: "string", minLength: 2, maxLength: 2 }],
  ["From 1 to 9 items. No two items alike.", { type: "array", minItems: 1, maxItems: 9, uniqueItems: true }],
  ["At most 1 item.", { type: "array", minItems: 0, maxItems: 1 }],
  ["Each item: at most 3 characters.", { type: "array", items: { type: "string", maxLength: 3 } }],
  ["A URL.", { type: "string", format: "uri" }],
  ["The URL of an audio file.", { type: "string", format: "uri", "x-media": { kind: "audio" } }],
  [
    "Width: more than 300 and less than 6,000 pixels. Width divided by height: less than 2.5. File size: less than 30 MB.",
    {
      "x-media": {
        above: { width_pixels: 300 },
        below: { "width/height": 2.5, width_pixels: 6000, file_size_mb: 30 },
      },
    },
  ],
  [
    "Width and height: each more than 300 pixels.",
    { "x-media": { above: { width_pixels: 300, height_pixels: 300 } } },
  ],
  ["Also takes the name of a sample that the service keeps: a.png.", { "x-media": { samples: ["a.png"] } }],
];

describe("the sentences for limits", () => {
  test.each(cases)("%s", (says, schema) => {
    expect(describeLimits(schema).join(" ")).toBe(says);
  });

  test("set thousands apart without asking the locale", () => {
    expect([999, 1000, -1234567, 0.0001, 1e21, 12345.5].map(formatNumber)).toEqual([
      "999",
      "1,000",
      "-1,234,567",
      "0.0001",
      "1e+21",
      "12345.5",
    ]);
  });
});

describe("the comment of a field", () => {
  test("joins title, description and limits to sentences", () => {
    expect(
      describeField({ type: "string", title: "Prompt", description: "What happens", maxLength: 9 }),
    ).toBe("Prompt. What happens. At most 9 characters.");
  });

  test("does not say the title twice", () => {
    expect(describeField({ title: "Prompt", description: "Prompt for the clip." })).toBe(
      "Prompt for the clip.",
    );
  });

  test("shows examples that tell something", () => {
    expect(describeField({ examples: ["", [], "a"] })).toBe('@example "a"');
  });

  test("is empty where nothing is known", () => {
    expect(describeField({ type: "string", title: " ", description: "" })).toBe("");
  });
});
