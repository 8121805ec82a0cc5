import * as fc from "fast-check";
import { checkId } from "../../../codegen/specs/model/safe-names.js";
import type { Facts } from "./forms.js";

const print = (value: unknown): string => JSON.stringify(value, null, 2);

const uri = { type: "string", format: "uri" };

/** A model as documentation has it: every trait of the dialect at least once. */
export const SAMPLE: Facts = {
  id: "maker/paint-2.5/image-to-video",
  example: print({
    "12_prompt": 'The sailor\'s boat \u201cMira\u201d turns; she says: "go" {now}.',
    first_frame_image_url: "https://example.com/a.png",
    loras: [{ path: "https://example.com/l", scale: 0.5 }],
  }),
  input: print({
    type: "object",
    title: "Input <schema> & more",
    required: ["12_prompt", "first_frame_image_url", "image_urls"],
    properties: {
      "12_prompt": {
        title: "Prompt",
        description: "Up to 500 characters. Don't shout; use {braces} or `ticks`.",
        type: "string",
        default: "A sailor's morning",
        maxLength: 500,
      },
      first_frame_image_url: {
        title: "",
        description: "",
        type: "string",
        validations: [
          {
            validation_rule: "width_pixels<",
            validation_value: 6000,
            validation_error: "Width must be below 6000.",
          },
          {
            validation_rule: "width/height>",
            validation_value: 0.4,
            validation_error: 'Too narrow, "really".',
          },
        ],
      },
      mode: { type: "string", enum: ["480p", "720P", "1:1 (wide)"], default: "720P" },
      count: { type: "integer", enum: [3, 1, 2, 4], default: 1 },
      "7_cfg": { type: "float", default: 1, minimum: 0.6, maximum: 2 },
      seed: { type: "integer", minimum: -1, maximum: 4294967295, default: null },
      huge: { type: "integer", maximum: 0 },
      loras: {
        type: "array",
        maxItems: 3,
        items: {
          type: "object",
          required: ["path"],
          properties: { path: { type: "string" }, scale: { type: "float", default: 1 } },
        },
      },
      notes: {
        type: ["string", "null"],
        description: "\u3042\u306e\u3001\u56fd\u30fb\uff08\u5168\u89d2\uff09 \\ / \u2028",
      },
      watermark: { type: "boolean", default: false },
    },
  }).replace('"maximum": 0\n', '"maximum": 18446744073709551615\n'),
  output: print({
    output: {
      type: "object",
      properties: {
        image: { ...uri, description: "One picture" },
        video: uri,
        images: { type: "array", items: uri },
        videos: { type: "array", items: uri },
      },
    },
  }),
};

const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,12}$/);
const id = fc
  .array(fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,8}([.-][a-z0-9]{1,4})?$/), { minLength: 2, maxLength: 5 })
  .map((segments) => segments.join("/"))
  .filter((text) => checkId(text) === undefined);
// oxlint-disable no-control-regex
/** Text without what a line of code cannot show as itself. */
const text = fc
  .string({ unit: "grapheme", maxLength: 40 })
  .filter(
    (value) => !/[\u0000-\u001f\u007f-\u00a0\r\n]|[\ud800-\udfff](?![\udc00-\udfff])|\/v1\//u.test(value),
  );
const name = fc.oneof(
  word,
  word.map((tail) => `1${tail}`),
  fc.constantFrom("__proto__", "constructor", "toString", "type", "output", "input"),
);

const property = fc.record(
  {
    title: text,
    description: text,
    type: fc.constantFrom("string", "integer", "float", "number", "boolean", "array"),
    default: fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)),
    enum: fc.uniqueArray(fc.oneof(text, fc.integer()), { minLength: 1, maxLength: 12 }),
    minimum: fc.integer(),
    items: fc.record({ type: fc.constant("string"), description: text }),
  },
  { requiredKeys: ["type"] },
);

const input = fc
  .uniqueArray(fc.tuple(name, property), { minLength: 1, maxLength: 12, selector: ([key]) => key })
  .map((entries) => ({
    type: "object",
    title: "Form",
    required: entries.slice(0, 2).map(([key]) => key),
    properties: Object.fromEntries(entries),
  }));

const output = fc.constantFrom(
  null,
  SAMPLE.output,
  print({ output: { type: "object", properties: { video: uri } } }),
  print({ type: "object", properties: { image: uri, images: { type: "array", items: uri } } }),
);

/** Any model that a page may describe. */
export const facts: fc.Arbitrary<Facts> = fc
  .tuple(id, input, output, fc.boolean())
  .chain(([model, schema, result, shown]) =>
    fc.array(text, { minLength: 1, maxLength: 3 }).map((values) => {
      const names = Object.keys(schema.properties);
      const body = Object.fromEntries(
        values.map((value, index) => [names[index % names.length] ?? "prompt", value]),
      );
      return { id: model, example: shown ? print(body) : null, input: print(schema), output: result };
    }),
  );
