import * as fc from "fast-check";
import { checkPropertyName } from "../../../src/dialect/notation/property-name.js";
import type { ApiModel } from "../../../codegen/ir/api.js";
import type { ObjectSchema } from "../../../src/dialect/notation/object-schema.js";
import type { Json, Schema } from "../../../src/input/model.js";

/** Pieces of text that have broken generators. */
export const hostilePieces = [
  "*/",
  "/*",
  "*\u200b/",
  "//",
  "/// <reference path='x' />",
  "@deprecated",
  " @internal",
  "{@link x}",
  "\n",
  "\r",
  "\r\n",
  "\u000b",
  "\f",
  "\u0085",
  "\u2028",
  "\u2029",
  "'",
  '"',
  "`",
  "${x}",
  "\\",
  "\\u002a/",
  "{{x}}",
  "{{{x}}}",
  "</script>",
  "<!--",
  "//# sourceMappingURL=x",
  "// @ts-nocheck",
  "\ud800",
  "\udc00",
  "\u202e",
  "\u2066",
  "\u0000",
  "\u001b",
  "\ufeff",
  "then",
  "a",
  "1",
  "-",
  " ",
  "",
  "😀",
  "日本",
];

/** Hostile pieces strung together, among plain words. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.array(fc.constantFrom(...hostilePieces), { maxLength: 6 }).map((pieces) => pieces.join("")),
  fc.string({ unit: "binary", maxLength: 12 }),
);

/** Names as the generator lets them through. */
export const hostileName: fc.Arbitrary<string> = hostileText.filter(
  (name) => checkPropertyName(name) === undefined,
);

/** Keys inside a value, where nothing but the prototype's own is refused. */
const hostileKey: fc.Arbitrary<string> = hostileText.filter((name) => name !== "__proto__");

const hostileNumber: fc.Arbitrary<number> = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(-0, 0, 1e21, -1e-7, 2 ** 53 + 2, Number.MAX_VALUE, Number.MIN_VALUE),
);

/** Any JSON value, with hostile strings and numbers in it. */
export const hostileJson: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    hostileText,
    hostileNumber,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(hostileKey, tie("value"), { maxKeys: 3 }),
  ),
})).value;

const wording = { title: hostileText, description: hostileText };

const leaf: fc.Arbitrary<Schema> = fc.oneof(
  fc.record(
    { ...wording, type: fc.constant("string" as const), default: hostileText, maxLength: fc.nat() },
    { requiredKeys: ["type"] },
  ),
  fc.record(
    {
      ...wording,
      type: fc.constantFrom("integer" as const, "number" as const),
      minimum: hostileNumber,
      default: hostileNumber,
    },
    { requiredKeys: ["type"] },
  ),
  fc.record(
    { ...wording, enum: fc.array(hostileJson, { minLength: 1, maxLength: 5 }), default: hostileJson },
    { requiredKeys: ["enum"] },
  ),
  fc.record({ ...wording, const: hostileJson }, { requiredKeys: ["const"] }),
  fc.record(
    {
      ...wording,
      type: fc.constantFrom(["string", "null"] as const, ["number", "boolean", "null"] as const),
    },
    { requiredKeys: ["type"] },
  ),
  fc.record(
    {
      ...wording,
      type: fc.constant("string" as const),
      "x-media": fc.record({
        kind: fc.constantFrom("image" as const, "video" as const),
        below: fc.record({ width_pixels: hostileNumber }),
        samples: fc.array(hostileText, { maxLength: 2 }),
      }),
    },
    { requiredKeys: ["type"] },
  ),
  fc.record(wording, { requiredKeys: [] }),
);

const { schema } = fc.letrec<{ schema: Schema }>((tie) => ({
  schema: fc.oneof(
    { depthSize: "small" },
    leaf,
    fc.record(
      {
        ...wording,
        type: fc.constant("array" as const),
        items: tie("schema"),
        minItems: fc.nat(9),
        examples: fc.array(hostileJson, { maxLength: 2 }),
      },
      { requiredKeys: ["type", "items"] },
    ),
    fc.record(
      { ...wording, anyOf: fc.array(tie("schema"), { minLength: 1, maxLength: 3 }) },
      { requiredKeys: ["anyOf"] },
    ),
    fc.record(
      {
        ...wording,
        type: fc.constant("object" as const),
        properties: fc.dictionary(hostileName, tie("schema"), { maxKeys: 2 }),
        required: fc.array(hostileName, { maxLength: 2 }),
        additionalProperties: fc.oneof(fc.boolean(), tie("schema")),
      },
      { requiredKeys: ["type", "properties"] },
    ),
  ),
}));

/** An object at the top of a model: required names are names of properties, as the normaliser leaves them. */
const topObject: fc.Arbitrary<ObjectSchema> = fc
  .record({
    ...wording,
    properties: fc.dictionary(hostileName, schema, { maxKeys: 4 }),
    additionalProperties: fc.boolean(),
    picked: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
  })
  .map(({ picked, ...rest }) => ({
    type: "object",
    ...rest,
    required: Object.keys(rest.properties).filter((_, at) => picked[at] === true),
  }));

/** A normalised model that is as hostile as the reader lets through. */
export const hostileModel: fc.Arbitrary<ApiModel> = fc
  .record<ApiModel>({
    id: fc.constantFrom("a/b", "vendor/model 1.5/Text to Video", "a/b/c/d/e"),
    title: hostileText,
    description: hostileText,
    source: fc.record({ url: hostileText, language: hostileText, read: hostileText }, { requiredKeys: [] }),
    notes: fc.array(hostileText, { maxLength: 3 }),
    listing: fc.record(
      {
        categories: fc.array(hostileText, { maxLength: 2 }),
        price: fc.record({
          usd: fc.double({ min: 0, max: 1e6, noNaN: true }),
          unit: fc.constantFrom("output" as const, "second" as const),
          note: hostileText,
        }),
      },
      { requiredKeys: ["categories"] },
    ),
    example: fc.constant(null),
    input: topObject,
    output: topObject,
  })
  // Plain prototypes, as JSON.parse makes them.
  .map((model) => structuredClone(model));
