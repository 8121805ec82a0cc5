import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Model, Schema } from "../../../src/model.js";
import { isCertainlyFine } from "../../../src/quick-check.js";
import { checkInput } from "../../../src/validate.js";
import { modules } from "../../../generated/catalogue.js";

interface Entry {
  readonly id: keyof typeof modules;
  readonly example: { readonly [name: string]: unknown };
}

const { models: entries } = JSON.parse(
  readFileSync(new URL("../../../generated/catalogue.json", import.meta.url), "utf8"),
) as { readonly models: readonly Entry[] };
const models = new Map<string, Model>();
for (const { id } of entries) models.set(id, (await modules[id]()).model as Model);

const odd = fc.constantFrom<unknown>(
  ...["", "x", "\ud800", "720P", "data:,x", "http://a.b/c", "https://a.com/x.png", "https://127.0.0.1/x"],
  ...[NaN, -0, 0.5, 1e300, 2 ** 53, -1, 5, 10 ** 6, 3n, undefined, null, true, Symbol("s")],
  ...[new Date(0), [], [[]], ["x"], {}, { a: { b: [] } }, Object.create(null), Object.create({ a: 1 })],
  ...[
    JSON.parse('{"__proto__":1}'),
    {
      get a() {
        return 1;
      },
    },
    Array(2),
    "😀".repeat(3000),
  ],
);
const name = fc.constantFrom("prompt", "image", "images", "duration", "seed", "width", "extra", "__proto__");

/** Certain is only what has no issue at all, a warning among them. */
const expectTruth = (input: Schema, value: unknown) => {
  if (isCertainlyFine(input, value)) expect(checkInput({ input }, value)).toEqual([]);
};

describe("what is certainly fine", () => {
  test("holds the documented example of most models, so that most calls load nothing more", () => {
    const fine = entries.filter(({ id, example }) => isCertainlyFine(models.get(id)!.input, example));
    expect(fine.length).toBeGreaterThan(entries.length * 0.75);
  });

  test("has no issue and no warning, whatever is changed in an example", () => {
    const change = fc.record({
      entry: fc.constantFrom(...entries),
      name,
      odd,
      more: fc.dictionary(name, odd),
    });
    fc.assert(
      fc.property(change, ({ entry, name: key, odd: given, more }) => {
        const { input } = models.get(entry.id)!;
        const known = Object.keys(input.properties);
        const place = known[key.length % known.length]!;
        expectTruth(input, { ...entry.example, [place]: given });
        expectTruth(input, { ...entry.example, ...more });
        expectTruth(input, given);
      }),
      { numRuns: 1000 },
    );
  });

  test("has no issue under any schema of the usual and of the rare keywords", () => {
    const schemaOf = (inner: fc.Arbitrary<Schema>) =>
      fc.record(
        {
          type: fc.constantFrom("string", "number", "integer", "boolean", "object", "array", "null"),
          enum: fc.constantFrom([5, "x"], [null]),
          const: fc.constantFrom(5, "x"),
          minimum: fc.constantFrom(0, 5),
          maximum: fc.constantFrom(0, 5),
          exclusiveMinimum: fc.constant(0),
          multipleOf: fc.constant(5),
          minLength: fc.constantFrom(0, 1, 2),
          maxLength: fc.constantFrom(1, 5000),
          minItems: fc.constantFrom(0, 1),
          maxItems: fc.constantFrom(0, 1),
          uniqueItems: fc.boolean(),
          required: fc.constant(["a"]),
          additionalProperties: fc.boolean(),
          "x-media": fc.constant({}),
          items: inner,
          properties: fc.record({ a: inner }, { noNullPrototype: true }),
          anyOf: fc.array(inner, { minLength: 1, maxLength: 2 }),
        },
        { requiredKeys: [], noNullPrototype: true },
      ) as fc.Arbitrary<Schema>;
    const schema = schemaOf(schemaOf(fc.constant({})));
    fc.assert(fc.property(schema, odd, expectTruth), { numRuns: 2000 });
  });

  test("never holds what has no end, is too deep, or too much", () => {
    const cycle: { [name: string]: unknown } = {};
    cycle["self"] = cycle;
    expect(isCertainlyFine({}, cycle)).toBe(false);
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    expect(isCertainlyFine({}, deep)).toBe(false);
    let wide: unknown = [1, 1];
    for (let level = 0; level < 40; level++) wide = [wide, wide];
    expect(isCertainlyFine({}, wide)).toBe(false);
  });
});
