import { expect, test } from "vitest";
import { rules } from "../../src/dialect/rule-list.js";
import { normalizeSchema } from "../../src/dialect/schema-normalization.js";
import type { SchemaNode } from "../../src/dialect/notation/schema-node.js";

/** Before, after, and the codes that are reported on the way. */
type Case = readonly [before: SchemaNode, after: SchemaNode, ...codes: string[]];

const string = { type: "string" };
const nothing = { type: "null" };
const closed = { additionalProperties: false };

const cases: { readonly [sentence: string]: readonly Case[] } = {
  "A keyword that is null says nothing.": [
    [{ type: "string", default: null, enum: null, minLength: null }, string],
    [{ const: null }, { const: null }],
  ],
  "Every keyword holds the kind of value that is meant for it.": [
    [{ type: "integer", maximum: "eight" }, { type: "integer" }, "wrong-shape"],
    [{ properties: { a: 5 } }, { type: "object", properties: { a: {} }, ...closed }, "wrong-shape"],
    [{ type: 5, minLength: -1, maxItems: 1.5, multipleOf: 0 }, {}, ...Array<string>(4).fill("wrong-shape")],
    [{ anyOf: [] }, {}, "wrong-shape"],
  ],
  "A limit that is written as text is the number that it spells.": [
    [
      { type: "float", minimum: "0.0", maximum: "1.5", multipleOf: "0.05" },
      { type: "number", minimum: 0, maximum: 1.5, multipleOf: 0.05 },
    ],
    [
      { ...string, minLength: "2", pattern: "5" },
      { ...string, minLength: 2, pattern: "5" },
    ],
    [{ type: "integer", minimum: "1e3" }, { type: "integer" }, "wrong-shape"],
  ],
  "x-nullable is the older name of nullable.": [
    [{ ...string, "x-nullable": true }, { type: ["string", "null"] }],
    [{ ...string, "x-nullable": false }, string],
  ],
  "Fields in a list are fields by their names.": [
    [
      { properties: [{ name: "prompt", type: "string" }] },
      { type: "object", properties: { prompt: string }, ...closed },
    ],
    [
      { properties: [{ type: "string" }], type: "object" },
      { type: "object", additionalProperties: true },
      "wrong-shape",
    ],
  ],
  "No property has a name that reaches a prototype.": [
    [
      { properties: { constructor: string, then: string, toString: string } },
      { type: "object", properties: { then: string }, ...closed },
      "unsafe-field",
      "unsafe-field",
    ],
  ],
  "A property whose name is a whole number is reported where others stand beside it.": [
    [
      { properties: { prompt: string, 12: string } },
      { type: "object", properties: { 12: string, prompt: string }, ...closed },
      "number-as-name",
    ],
    [{ properties: { 12: string } }, { type: "object", properties: { 12: string }, ...closed }],
    [
      { properties: { a: string, "012": string } },
      { type: "object", properties: { a: string, "012": string }, ...closed },
    ],
  ],
  "A keyword that speaks of another one stands beside it.": [
    [
      { ...string, if: { minLength: 2 }, then: { maxLength: 4 } },
      { ...string, if: { minLength: 2 }, then: { maxLength: 4 } },
      "unenforced-keyword",
      "unenforced-keyword",
    ],
    [{ ...string, then: {}, else: {}, maxContains: 2 }, string, "wrong-shape", "wrong-shape", "wrong-shape"],
  ],
  "A keyword that the input check cannot enforce is reported and kept; one that nobody knows is left out.": [
    [
      { ...string, pattern: "^a$" },
      { ...string, pattern: "^a$" },
    ],
    [{ ...string, pattern: "^(a+)+$" }, { ...string, allOf: [{ pattern: "^(a+)+$" }] }, "unenforced-keyword"],
    [{ ...string, pattern: "(" }, string, "wrong-shape"],
    [
      { ...string, not: {}, if: { type: "float" } },
      { ...string, not: {}, if: { type: "number" } },
      "unenforced-keyword",
      "unenforced-keyword",
    ],
    [{ ...string, maxLenght: 5 }, string, "unknown-keyword"],
    [
      { type: "object", properties: {}, patternProperties: { "^a": string } },
      { type: "object", properties: {}, additionalProperties: true, patternProperties: { "^a": string } },
      "unenforced-keyword",
    ],
    [
      { ...string, "x-ui": 1, deprecated: true, $comment: "c" },
      { ...string, deprecated: true, "x-ui": 1 },
    ],
    [
      { properties: { a: string }, not: { properties: { b: string } } },
      {
        type: "object",
        properties: { a: string, b: {} },
        additionalProperties: false,
        not: { properties: { b: string } },
      },
      "unenforced-keyword",
    ],
    [
      { properties: { a: string }, unevaluatedProperties: true },
      {
        type: "object",
        properties: { a: string },
        additionalProperties: true,
        unevaluatedProperties: true,
      },
      "unenforced-keyword",
    ],
    [{ ...string, tsType: "process.exit()" }, string, "unknown-keyword"],
  ],
  "Schemas of the first items are under prefixItems, and those of the others under items.": [
    [
      { items: [string, { type: "float" }], additionalItems: string },
      { type: "array", prefixItems: [string, { type: "number" }], items: string },
    ],
    [
      { type: "array", items: [] },
      { type: "array", items: {} },
    ],
    [
      { items: string, additionalItems: false },
      { type: "array", items: string },
    ],
  ],
  "Items that are refused are a limit of their number.": [
    [
      { type: "array", items: false },
      { type: "array", items: {}, maxItems: 0 },
    ],
    [
      { items: [string], additionalItems: false },
      { type: "array", prefixItems: [string], maxItems: 1 },
    ],
    [
      { prefixItems: [string, string], items: false, maxItems: 1 },
      { type: "array", prefixItems: [string, string], maxItems: 1 },
    ],
  ],
  "A field that is refused is not a field of an object without further ones.": [
    [
      { properties: { a: false, b: string } },
      { type: "object", properties: { b: string }, additionalProperties: false },
    ],
    [
      { properties: { a: false, b: true }, additionalProperties: true },
      { type: "object", properties: { a: { not: {} }, b: {} }, additionalProperties: true },
      "unenforced-keyword",
    ],
  ],
  "A choice that fits no value is no choice.": [[{ anyOf: [false, string] }, { anyOf: [string] }]],
  "Dependencies name fields that others need, or hold a schema.": [
    [
      { properties: { a: string, b: string }, dependencies: { a: ["b"], b: { required: ["a"] } } },
      {
        type: "object",
        properties: { a: string, b: string },
        additionalProperties: false,
        dependentSchemas: { b: { properties: { a: string }, required: ["a"] } },
        dependentRequired: { a: ["b"] },
      },
      "unenforced-keyword",
      "unenforced-keyword",
    ],
  ],
  "Examples are a list.": [
    [
      { ...string, examples: { one: { value: "a" }, two: "b" } },
      { ...string, examples: ["a", "b"] },
    ],
    [
      { ...string, examples: "a" },
      { ...string, examples: ["a"] },
    ],
  ],
  "A title that is the key of a translation is left out.": [
    [{ title: "form.prompt.label" }, {}, "unresolved-title"],
    [{ title: "Version 1.5 of it. Really" }, { title: "Version 1.5 of it. Really" }],
  ],
  "The words float, double, int and their like mean number and integer.": [
    [{ type: "float" }, { type: "number" }],
    [{ type: ["Int", "null"] }, { type: ["integer", "null"] }],
  ],
  "A type that nobody knows is reported and lets anything through.": [
    [{ type: "constructor" }, {}, "unknown-type"],
    [{ type: ["string", "blob"] }, {}, "unknown-type"],
  ],
  "nullable: true lets null through.": [
    [{ type: "string", nullable: true }, { type: ["string", "null"] }],
    [
      { type: "string", enum: ["a"], nullable: true },
      { type: ["string", "null"], enum: ["a", null] },
    ],
    [{ type: "string", nullable: false }, string],
    [{ enum: ["a"], nullable: true }, { enum: ["a", null] }],
    [{ const: "a", nullable: true }, { enum: ["a", null] }],
    [
      { type: "string", const: "a", nullable: true },
      { type: ["string", "null"], enum: ["a", null] },
    ],
    [
      { anyOf: [string, { type: "integer" }], nullable: true },
      { anyOf: [string, { type: "integer" }, nothing] },
    ],
    [{ anyOf: [string, nothing], nullable: true }, { anyOf: [string, nothing] }],
    [{ oneOf: [string], nullable: true }, { anyOf: [string, nothing] }],
    [
      { properties: { a: string }, nullable: true },
      { type: ["object", "null"], properties: { a: string }, ...closed },
    ],
    [
      { format: "image_uri", nullable: true },
      { type: ["string", "null"], format: "uri", "x-media": { kind: "image" } },
    ],
    [{ nullable: true }, {}],
  ],
  "A list of types names each type once, and a single type alone.": [
    [{ type: ["string"] }, string],
    [{ type: ["integer", "number", "null", "null"] }, { type: ["number", "null"] }],
    [{ type: ["string", "null"] }, { type: ["string", "null"] }],
  ],
  "A schema with properties is an object and a schema with items an array, said or not.": [
    [{ properties: {} }, { type: "object", properties: {}, additionalProperties: true }],
    [{ items: string }, { type: "array", items: string }],
  ],
  "oneOf is anyOf where no value can fit two choices; elsewhere it is checked as anyOf, and stays for other tools.":
    [
      [{ oneOf: [string, { type: "null" }] }, { anyOf: [string, { type: "null" }] }],
      [{ oneOf: [{ enum: ["a"] }, { const: "b" }] }, { anyOf: [{ enum: ["a"] }, { const: "b" }] }],
      [
        { oneOf: [string, { ...string, minLength: 2 }] },
        {
          anyOf: [string, { ...string, minLength: 2 }],
          allOf: [{ oneOf: [string, { ...string, minLength: 2 }] }],
        },
        "unenforced-keyword",
      ],
      [
        { oneOf: [{ type: "integer" }, { type: "number" }] },
        {
          anyOf: [{ type: "integer" }, { type: "number" }],
          allOf: [{ oneOf: [{ type: "integer" }, { type: "number" }] }],
        },
        "unenforced-keyword",
      ],
    ],
  "A condition states the fields that it requires, and the types of those that it limits, as the object around it does.":
    [
      [
        {
          properties: { a: string, b: { type: ["array", "null"], items: string }, c: {} },
          anyOf: [{ required: ["a", "c"] }, { properties: { b: { maxItems: 2 } } }],
        },
        {
          type: "object",
          properties: { a: string, b: { type: ["array", "null"], items: string }, c: {} },
          ...closed,
          anyOf: [
            { properties: { a: string, c: {} }, required: ["a", "c"] },
            { properties: { b: { type: ["array", "null"], items: {}, maxItems: 2 } } },
          ],
        },
      ],
      // To name the field here would allow it.
      [
        {
          properties: { a: string },
          anyOf: [{ required: ["a"], additionalProperties: false }, { properties: { a: { minLength: 1 } } }],
        },
        {
          type: "object",
          properties: { a: string },
          ...closed,
          anyOf: [
            { required: ["a"], additionalProperties: false },
            { properties: { a: { ...string, minLength: 1 } } },
          ],
        },
      ],
      [
        {
          properties: { a: string, b: string },
          if: { required: ["a"] },
          then: { properties: { b: { minLength: 1 } } },
        },
        {
          type: "object",
          properties: { a: string, b: string },
          ...closed,
          if: { properties: { a: string }, required: ["a"] },
          then: { properties: { b: { ...string, minLength: 1 } } },
        },
        "unenforced-keyword",
        "unenforced-keyword",
      ],
    ],
  "Words listed beside the properties of an object are another choice.": [
    [
      { enum: ["small", "large"], properties: { width: { type: "integer" } }, description: "Size." },
      {
        description: "Size.",
        anyOf: [
          { enum: ["small", "large"] },
          { type: "object", properties: { width: { type: "integer" } }, ...closed },
        ],
      },
    ],
  ],
  "A limit marked exclusive is an exclusive limit.": [
    [
      { type: "number", minimum: 0, exclusiveMinimum: true },
      { type: "number", exclusiveMinimum: 0 },
    ],
    [
      { type: "number", maximum: 1, exclusiveMaximum: false },
      { type: "number", maximum: 1 },
    ],
  ],
  "Limits leave room for a value.": [
    [{ minimum: 2, maximum: 1 }, {}, "contradictory-limits"],
    [{ minimum: 2, exclusiveMaximum: 2 }, {}, "contradictory-limits"],
    [{ minItems: 3, maxItems: 2 }, {}, "contradictory-limits"],
    [
      { minimum: 2, maximum: 2 },
      { minimum: 2, maximum: 2 },
    ],
  ],
  "An enum lists at least one value, and each once.": [
    [{ enum: [] }, {}, "empty-enum"],
    [{ enum: ["a", "b", "a"] }, { enum: ["a", "b"] }, "duplicate-enum-value"],
    [{ enum: ["0:10"] }, { enum: ["0:10"] }],
    [{ enum: ["1", 1] }, { enum: ["1", 1] }],
  ],
  "A const is one of the values of an enum beside it.": [
    [{ const: "a", enum: ["a", "b"] }, { const: "a" }],
    [{ const: "c", enum: ["a", "b"] }, { const: "c" }, "empty-enum"],
  ],
  "The values of an enum or a const decide its type.": [
    [{ type: "integer", const: "x" }, { type: "string", const: "x" }, "enum-type-mismatch"],
    [{ type: "integer", enum: ["5", "10"] }, { type: "string", enum: ["5", "10"] }, "enum-type-mismatch"],
    [
      { type: "string", enum: ["auto", 5] },
      { type: ["string", "integer"], enum: ["auto", 5] },
      "enum-type-mismatch",
    ],
    [
      { type: "float", enum: [1, 2.5] },
      { type: "number", enum: [1, 2.5] },
    ],
  ],
  "Media rules that are written out hold only what the check knows.": [
    [
      { "x-media": { kind: "image", below: { width_pixels: 9 } } },
      { "x-media": { kind: "image", below: { width_pixels: 9 } } },
    ],
    [
      { "x-media": { kind: "smell", below: { depth: 9 } } },
      { "x-media": {} },
      "unknown-validation",
      "unknown-validation",
    ],
  ],
  "A media format is a URI with the kind of its medium.": [
    [
      { type: "string", format: "image_uri" },
      { type: "string", format: "uri", "x-media": { kind: "image" } },
    ],
    [
      { type: "array", format: "video_uris", maxItems: 3 },
      { type: "array", items: { type: "string", format: "uri", "x-media": { kind: "video" } }, maxItems: 3 },
    ],
    [
      { type: "array", format: "audio_uri", items: { type: "string" } },
      { type: "array", items: { type: "string", format: "uri", "x-media": { kind: "audio" } } },
    ],
    [
      { format: "image_uris" },
      { type: "array", items: { type: "string", format: "uri", "x-media": { kind: "image" } } },
    ],
  ],
  "A format that nobody knows is reported and left out.": [
    [{ type: "string", format: "toString" }, string, "unknown-format"],
    [
      { type: "string", format: "date-time" },
      { type: "string", format: "date-time" },
    ],
  ],
  "A documented validation is a strict limit of the medium.": [
    [
      {
        type: "string",
        validations: [
          { validation_rule: "width/height<", validation_value: 2.5, validation_error: "too wide" },
          { validation_rule: "width/height>", validation_value: 0.4 },
          { validation_rule: "file_size_mb<", validation_value: "10" },
          { validation_rule: "file_size_mb<", validation_value: 12 },
        ],
      },
      {
        type: "string",
        "x-media": { below: { "width/height": 2.5, file_size_mb: 10 }, above: { "width/height": 0.4 } },
      },
    ],
    [
      { type: "array", validations: [{ validation_rule: "width_pixels>", validation_value: 300 }] },
      { type: "array", items: { type: "string", "x-media": { above: { width_pixels: 300 } } } },
    ],
    [
      { type: "string", validations: [{ validation_rule: "constructor<", validation_value: 1 }] },
      string,
      "unknown-validation",
    ],
    [
      { type: "string", validations: [{ validation_rule: "width_pixels<", validation_value: "wide" }] },
      string,
      "unknown-validation",
    ],
  ],
  "A bare file name given as default is a sample that the service has.": [
    [
      { type: "string", default: "Runcomfy_example_1278_1.mp3" },
      {
        type: "string",
        "x-media": { kind: "audio", samples: ["Runcomfy_example_1278_1.mp3"] },
        default: "Runcomfy_example_1278_1.mp3",
      },
    ],
    [
      { type: "string", default: "a fox.png in a wood" },
      { type: "string", default: "a fox.png in a wood" },
    ],
    [
      { type: "string", default: "https://x.org/a.png" },
      { type: "string", default: "https://x.org/a.png" },
    ],
  ],
  "An array without items holds anything.": [
    [
      { type: "array", minItems: 0 },
      { type: "array", items: {}, minItems: 0 },
    ],
  ],
  "Media rules name the kind, then the limits, then the samples.": [
    [
      {
        type: "string",
        format: "image_uri",
        validations: [{ validation_rule: "width_pixels<", validation_value: 9 }],
      },
      { type: "string", format: "uri", "x-media": { kind: "image", below: { width_pixels: 9 } } },
    ],
  ],
  "A property that says required: true is required by its object.": [
    [
      { properties: { a: { type: "string", required: true }, b: { type: "string", required: false } } },
      { type: "object", properties: { a: string, b: string }, required: ["a"], ...closed },
    ],
  ],
  "Every required name has its property, and is listed once.": [
    [
      { properties: { a: string, b: string }, anyOf: [{ required: ["a"] }, { required: ["b"] }] },
      {
        type: "object",
        properties: { a: string, b: string },
        anyOf: [
          { properties: { a: string }, required: ["a"] },
          { properties: { b: string }, required: ["b"] },
        ],
        ...closed,
      },
    ],
    [
      { properties: { images: string }, required: ["image_urls", "images", "images"] },
      { type: "object", properties: { images: string }, required: ["images"], ...closed },
      "required-without-property",
    ],
    [
      { properties: { a: string }, required: ["toString"] },
      { type: "object", properties: { a: string }, ...closed },
      "required-without-property",
    ],
  ],
  "A default on a required property is an example, for the service applies none; an empty one shows nothing.":
    [
      [
        { properties: { a: { ...string, default: "x" }, b: { ...string, default: "y" } }, required: ["a"] },
        {
          type: "object",
          properties: { a: { ...string, examples: ["x"] }, b: { ...string, default: "y" } },
          required: ["a"],
          ...closed,
        },
      ],
      [
        { properties: { a: { ...string, default: "" } }, required: ["a"] },
        { type: "object", properties: { a: string }, required: ["a"], ...closed },
      ],
    ],
  "A text that is named after one kind of medium, and is an address by its name, limits or value, has that kind.":
    [
      [
        {
          properties: {
            "12_firstFrame_imageUrl": string,
            reference_videos: { type: "array", items: string, default: ["https://a.example/v.mp4"] },
            audio: { ...string, validations: [{ validation_rule: "file_size_mb<", validation_value: 9 }] },
          },
        },
        {
          type: "object",
          properties: {
            "12_firstFrame_imageUrl": { ...string, format: "uri", "x-media": { kind: "image" } },
            reference_videos: {
              type: "array",
              items: { ...string, format: "uri", "x-media": { kind: "video" } },
              default: ["https://a.example/v.mp4"],
            },
            audio: { ...string, format: "uri", "x-media": { kind: "audio", below: { file_size_mb: 9 } } },
          },
          ...closed,
        },
      ],
      [
        {
          properties: {
            image_style: string,
            image_to_video_url: string,
            image_url: { enum: ["a"] },
            url: string,
          },
        },
        {
          type: "object",
          properties: {
            image_style: string,
            image_to_video_url: string,
            image_url: { enum: ["a"] },
            url: string,
          },
          ...closed,
        },
      ],
    ],
  "An object with properties takes no others unless the documentation says so.": [
    [{ type: "object" }, { type: "object", additionalProperties: true }],
    [
      { properties: { a: string }, additionalProperties: string },
      { type: "object", properties: { a: string }, additionalProperties: string },
    ],
  ],
  "An example is one of the examples.": [
    [
      { ...string, example: "a" },
      { ...string, examples: ["a"] },
    ],
  ],
  "A default is a value that its own schema allows.": [
    [
      { type: "float", default: "0.75" },
      { type: "number", default: 0.75 },
    ],
    [
      { ...string, enum: ["5", "10"], default: 5 },
      { ...string, enum: ["5", "10"], default: "5" },
    ],
    [
      { type: "boolean", default: "true" },
      { type: "boolean", default: true },
    ],
    [{ type: "integer", maximum: 3, default: "4" }, { type: "integer", maximum: 3 }, "default-does-not-fit"],
    [{ type: "integer", maximum: 3, default: 4 }, { type: "integer", maximum: 3 }, "default-does-not-fit"],
    [
      { type: "string", enum: ["720p"], default: "720P" },
      { type: "string", enum: ["720p"] },
      "default-outside-enum",
    ],
    [
      { type: "float", default: 1 },
      { type: "number", default: 1 },
    ],
  ],
  "An example of a field is a value that its own schema allows.": [
    [{ type: "integer", examples: ["a", 1] }, { type: "integer", examples: [1] }, "example-does-not-fit"],
  ],
};

const run = (before: SchemaNode): { after: SchemaNode; codes: string[] } => {
  const codes: string[] = [];
  const report = ({ code }: { code: string }) => void codes.push(code);
  return { after: normalizeSchema(before, { pointer: "/input", report }), codes };
};

test("every rule has a case, and every case a rule", () => {
  expect(Object.keys(cases).sort()).toEqual([...rules.keys()].sort());
});

for (const [sentence, list] of Object.entries(cases)) {
  test.each(list.map((one) => [JSON.stringify(one[0]), one] as const))(
    `${sentence} %s`,
    (_, [before, after, ...codes]) => {
      const untouched = structuredClone(before);
      const result = run(before);
      expect(result.after).toEqual(after);
      expect(result.codes).toEqual(codes);
      expect(before).toEqual(untouched);
      expect(run(result.after).after).toEqual(result.after);
    },
  );
}
