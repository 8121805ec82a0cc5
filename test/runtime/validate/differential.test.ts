import { existsSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json, Schema } from "../../../src/input/model.js";
import { check } from "../../../src/input/check.js";
import { dose } from "../../support/dose.js";

const options = { strict: false, validateFormats: false, multipleOfPrecision: 9, ownProperties: true };
const ajv = new Ajv2020(options);
ajv.addKeyword("x-media");

// ajv judges multiples with a tolerance: numbers in eighths are far from its edges. The official suite has the edges.
const eighths = (_: string, item: unknown) =>
  typeof item === "number" ? Math.round((item % 1000) * 8) / 8 : item;
// ajv compares objects by calling their `valueOf` and `toString`: such names are left to the official suite.
const inherited = new RegExp(Object.getOwnPropertyNames(Object.prototype).join("|"));
const json = fc
  .json({ maxDepth: 3 })
  .filter((text) => !inherited.test(text))
  .map((text) => JSON.parse(text, eighths) as Json);
const word = fc.constantFrom(
  "",
  "a",
  "b",
  "ab",
  "720p",
  "720P",
  "5",
  "auto",
  "😀",
  "😀😀",
  "toString",
  "constructor",
  "e\u0301",
);
const small = fc.oneof(fc.integer({ min: -3, max: 13 }), fc.constantFrom(0.5, -0.5, 2.5, 5.0, -0));
const scalar: fc.Arbitrary<Json> = fc.oneof(word, small, fc.boolean(), fc.constant(null));
const name = fc.constantFrom("a", "b", "prompt", "241_positive_prompt", "images", "hasOwn");
const value: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(name, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

const limits = fc.record(
  {
    minimum: small,
    maximum: small,
    exclusiveMinimum: small,
    exclusiveMaximum: small,
    multipleOf: fc.constantFrom(1, 2, 3, 0.5, 0.25),
    minLength: fc.nat(3),
    maxLength: fc.nat(3),
    minItems: fc.nat(2),
    maxItems: fc.nat(3),
    uniqueItems: fc.boolean(),
    pattern: fc.constantFrom("^a", "[0-9]$", "^.{2}$", ".", "^", "\\D*"),
  },
  { requiredKeys: [], noNullPrototype: true },
);
const typeWord = fc.constantFrom("string", "number", "integer", "boolean", "object", "array", "null");
const type = fc.oneof(typeWord, fc.uniqueArray(typeWord, { minLength: 1, maxLength: 3 }));
const distinct = (list: readonly Json[]): Json[] => {
  const seen = new Map(list.map((one) => [JSON.stringify(one), one]));
  return [...seen.values()];
};
const words = fc.record({
  type,
  enum: fc.array(value, { minLength: 1, maxLength: 4 }).map(distinct),
  const: value,
});

/** `enum`, `const` and `type` end most checks at once: they are rare enough that the other keywords get their turn. */
const pick = (
  chance: number,
  { type: kind, enum: list, const: only }: { type: unknown; enum: Json[]; const: Json },
) =>
  [{ enum: list }, { const: only }, { type: kind }, { type: kind }, { type: kind, enum: list }][chance] ?? {};

const schemaOf = (depth: number): fc.Arbitrary<Schema> => {
  const inner = depth === 0 ? fc.constant<Schema>({ type: "string" }) : schemaOf(depth - 1);
  const shapes = fc.record(
    {
      properties: fc.dictionary(name, inner, { maxKeys: 3, noNullPrototype: true }),
      required: fc.uniqueArray(name, { maxLength: 2 }),
      additionalProperties: fc.oneof(fc.boolean(), inner),
      items: inner,
      prefixItems: fc.array(inner, { minLength: 1, maxLength: 3 }),
      anyOf: fc.array(inner, { minLength: 1, maxLength: 3 }),
    },
    { requiredKeys: [], noNullPrototype: true },
  );
  return fc
    .tuple(limits, words, fc.nat(9), shapes)
    .map(
      ([sizes, pinned, chance, shape]): Schema => ({ ...sizes, ...pick(chance, pinned), ...shape }) as Schema,
    );
};

/** A value that is often right, else wrong in one place or all over. */
const fitting = (of: Schema): fc.Arbitrary<Json> => {
  if (of.enum) return often(fc.constantFrom(...of.enum));
  if (of.anyOf) return often(fc.oneof(...of.anyOf.map(fitting)));
  const guess = of.properties ? "object" : of.items ? "array" : "string";
  return often(fc.oneof(...[of.type ?? guess].flat().map((kind) => ofType(kind, of))));
};

const often = (right: fc.Arbitrary<Json>) =>
  fc.oneof({ weight: 12, arbitrary: right }, { weight: 1, arbitrary: scalar });

const ofType = (kind: string, of: Schema): fc.Arbitrary<Json> => {
  const least = Math.ceil(of.minimum ?? of.exclusiveMinimum ?? -1) - 1;
  const most = Math.max(least, Math.floor(of.maximum ?? of.exclusiveMaximum ?? 20) + 1);
  switch (kind) {
    case "string":
      return fc.oneof(word, fc.string({ unit: "grapheme", maxLength: Math.min(of.maxLength ?? 20, 60) + 2 }));
    case "number":
      return fc.integer({ min: least * 8, max: most * 8 }).map((eighth) => eighth / 8);
    case "integer":
      return fc.integer({ min: least, max: most });
    case "boolean":
      return fc.boolean();
    case "array":
      return fc.array(fitting(of.items ?? {}), { maxLength: Math.min(of.maxItems ?? 3, 20) + 1 });
    case "object":
      return objectOf(of);
    default:
      return fc.constant(null);
  }
};

const objectOf = ({ properties = {}, required = [] }: Schema): fc.Arbitrary<Json> => {
  const fields = Object.fromEntries(Object.entries(properties).map(([key, inner]) => [key, fitting(inner)]));
  const requiredKeys = required.filter((key) => Object.hasOwn(fields, key));
  const body = fc.record(fields, { requiredKeys, noNullPrototype: true });
  const keys = fc.oneof(name, fc.constantFrom("a", ...Object.keys(properties)));
  const slip = fc.dictionary(keys, value, { maxKeys: 1, noNullPrototype: true });
  return fc.oneof(
    body,
    fc.tuple(body, slip).map(([right, wrong]) => ({ ...right, ...wrong })),
  ) as fc.Arbitrary<Json>;
};

/** A schema whose definition contains itself, below a field or an item. */
const recursive = fc.tuple(schemaOf(1), schemaOf(1), name).map(([whole, node, key]): Schema => {
  const again: Schema = { $ref: "#/$defs/node" };
  const inner = { ...node, items: again, properties: { ...node.properties, [key]: again } };
  return { ...whole, properties: { ...whole.properties, [key]: again }, $defs: { node: inner } };
});

const randomCase = fc
  .oneof({ weight: 3, arbitrary: schemaOf(1) }, recursive)
  .chain((of) =>
    fc.tuple(
      fc.constant(of),
      fc.array(fc.oneof(value, json, fitting(of), fitting(of)), { minLength: 10, maxLength: 10 }),
    ),
  );

const agree = (
  of: Schema,
  validate: (value: unknown) => boolean,
  given: Json,
  tally: Map<boolean, number>,
): void => {
  const verdict = check(of, given).length === 0;
  if (verdict !== validate(given)) {
    throw new Error(`check says ${verdict}, ajv does not\n${JSON.stringify(of)}\n${JSON.stringify(given)}`);
  }
  tally.set(verdict, (tally.get(verdict) ?? 0) + 1);
};

describe("the check gives ajv's verdict", () => {
  const catalogue = new URL("../../../generated/catalogue.json", import.meta.url);
  const models = existsSync(catalogue)
    ? (JSON.parse(readFileSync(catalogue, "utf8")) as { models: { id: string; input: Schema }[] }).models
    : [];

  const inputs = dose(3000, 10_000);
  test(`on ${inputs} inputs over all models`, () => {
    const tally = new Map<boolean, number>();
    for (const { input } of models) {
      const validate = ajv.compile(input);
      fc.assert(
        fc.property(fitting(input), (given) => agree(input, validate, given, tally)),
        { numRuns: Math.ceil(inputs / models.length) },
      );
    }
    expect(models.length).toBeGreaterThanOrEqual(29);
    expect(tally.get(true)).toBeGreaterThan(inputs / 10);
    expect(tally.get(false)).toBeGreaterThan(inputs / 10);
  });

  const schemas = dose(250, 1000);
  test(`on ten values of each of ${schemas} random schemas of the dialect`, () => {
    const tally = new Map<boolean, number>();
    fc.assert(
      fc.property(randomCase, ([of, values]) => {
        const validate = new Ajv2020({ ...options, validateSchema: false }).compile(of);
        for (const given of values) agree(of, validate, given, tally);
      }),
      { numRuns: schemas },
    );
    // One value in twenty is right, since most random schemas contradict themselves somewhere: far less would prove nothing.
    expect(tally.get(true)).toBeGreaterThan(schemas / 5);
    expect(tally.get(false)).toBeGreaterThan(schemas / 5);
  });
});
