import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalize } from "../../../codegen/ir/spec-normalization.js";
import { schemaKeywords } from "../../../src/dialect/notation/keyword-order.js";
import { normalizeSchema } from "../../../src/dialect/schema-normalization.js";
import { compareText } from "../../../codegen/text/text-order.js";
import type { SchemaProblem } from "../../../src/dialect/notation/problem.js";
import type { SpecFile } from "../../../codegen/specs/model/spec.js";
import type { Spec } from "../../../src/dialect/spec/spec.js";
import type { SchemaNode } from "../../../src/dialect/notation/schema-node.js";
import { check } from "../../../src/input/check.js";

const fileOf = (id: string, spec: Spec): SpecFile => ({
  id,
  file: `specs/${id}.json`,
  text: "",
  hash: id,
  spec,
});

const normalizeOne = (spec: Spec) => {
  const { models, diagnostics } = normalize([fileOf("a/b", spec)]);
  return { model: models[0]!, codes: diagnostics.map(({ code }) => code) };
};

const input = { type: "object", properties: { prompt: { type: "string" } } };

const schemaOf = (raw: SchemaNode): { schema: SchemaNode; diagnostics: SchemaProblem[] } => {
  const diagnostics: SchemaProblem[] = [];
  const report = (problem: SchemaProblem) => void diagnostics.push(problem);
  return { schema: normalizeSchema(raw, { pointer: "", report }), diagnostics };
};

const leaf = fc.constantFrom<SchemaNode>(
  {},
  { type: "float" },
  { type: "string", required: true },
  { enum: ["a"] },
);

/** Random schemas of the dialect, wrong ones among them, to a depth. */
const makeDialect = (child: fc.Arbitrary<SchemaNode>): fc.Arbitrary<SchemaNode> =>
  fc.record(
    {
      title: fc.string(),
      type: fc.constantFrom(
        "string",
        "float",
        "integer",
        "array",
        "object",
        "boolean",
        "matrix",
        ["string", "null"],
        5,
      ),
      enum: fc.array(fc.oneof(fc.string({ maxLength: 3 }), fc.integer(), fc.constant(null)), {
        maxLength: 4,
      }),
      default: fc.jsonValue({ maxDepth: 1 }),
      examples: fc.array(fc.jsonValue({ maxDepth: 1 }), { maxLength: 2 }),
      format: fc.constantFrom("image_uri", "video_uris", "uri", "colour"),
      minimum: fc.oneof(fc.integer(), fc.constant("3")),
      maximum: fc.integer(),
      exclusiveMinimum: fc.oneof(fc.boolean(), fc.integer()),
      minItems: fc.integer({ min: -1, max: 5 }),
      nullable: fc.boolean(),
      required: fc.oneof(fc.boolean(), fc.array(fc.constantFrom("a", "b", "toString"), { maxLength: 3 })),
      validations: fc.array(
        fc.record({
          validation_rule: fc.constantFrom("width_pixels<", "file_size_mb>", "width/height<", "smell<"),
          validation_value: fc.oneof(fc.integer(), fc.constant("9"), fc.constant(null)),
        }),
        { maxLength: 2 },
      ),
      pattern: fc.string(),
      "x-media": fc.jsonValue({ maxDepth: 1 }),
      properties: fc.dictionary(fc.constantFrom("a", "b", "constructor", "toString"), child, {
        maxKeys: 3,
      }),
      items: fc.oneof(child, fc.constant(true)),
      allOf: fc.array(child, { maxLength: 2 }),
      anyOf: fc.array(child, { maxLength: 2 }),
      oneOf: fc.array(child, { maxLength: 2 }),
      additionalProperties: fc.oneof(fc.boolean(), child),
    },
    { requiredKeys: [] },
  ) as unknown as fc.Arbitrary<SchemaNode>;

const dialect = makeDialect(makeDialect(leaf));

/** All schemas inside one, and whether they are conditions on an object whose properties stand beside them. */
const nodesOf = (node: SchemaNode, isCondition = false): (readonly [SchemaNode, boolean])[] => {
  const fields = Object.values((node["properties"] ?? {}) as object) as SchemaNode[];
  const others = [node["items"], node["additionalProperties"]].filter(
    (child) => typeof child === "object" && child !== null,
  ) as SchemaNode[];
  return [
    [node, isCondition],
    ...[...fields, ...others].flatMap((child) => nodesOf(child, isCondition)),
    ...((node["anyOf"] ?? []) as unknown as SchemaNode[]).flatMap((child) =>
      nodesOf(child, isCondition || fields.length > 0),
    ),
  ];
};

describe("any schema of the dialect", () => {
  test("comes out with known keywords only, closed or open, with defaults and examples that fit", () => {
    const known = new Set<string>(schemaKeywords);
    fc.assert(
      fc.property(dialect, (raw) => {
        for (const [node, isCondition] of nodesOf(schemaOf(raw).schema)) {
          expect(Object.keys(node).filter((keyword) => !known.has(keyword))).toEqual([]);
          const { default: value, examples, ...rest } = node as { default?: unknown; examples?: unknown[] };
          if (value !== undefined) expect(check(rest, value)).toEqual([]);
          for (const example of examples ?? []) expect(check(rest, example)).toEqual([]);
          if (node["type"] === "object" && !isCondition) expect(node).toHaveProperty("additionalProperties");
          if (node["type"] === "array") expect(node).toHaveProperty("items");
        }
      }),
      { numRuns: 500 },
    );
  });

  test("comes out the same when it goes in again, and is never changed itself", () => {
    fc.assert(
      fc.property(dialect, (raw) => {
        const before = JSON.stringify(raw);
        const once = schemaOf(raw).schema;
        expect(JSON.stringify(raw)).toBe(before);
        // Choices beside others are kept for other tools; read again, they are merged as every allOf is.
        if (!JSON.stringify(once).includes('"allOf"'))
          expect(JSON.stringify(schemaOf(once).schema)).toBe(JSON.stringify(once));
        expect(JSON.stringify(schemaOf(raw).schema)).toBe(JSON.stringify(once));
      }),
      { numRuns: 500 },
    );
  });
});

describe("references", () => {
  test("inside the schema are written out where they stand", () => {
    const { schema, diagnostics } = schemaOf({
      properties: { a: { $ref: "#/$defs/size", description: "Ours." } },
      $defs: { size: { type: "float", description: "Theirs." } },
    });
    expect(schema["properties"]).toEqual({ a: { type: "number", description: "Ours." } });
    expect(diagnostics).toEqual([]);
  });

  test.each(["file:///etc/passwd", "../x.json", "https://example.com/x", "#/nowhere", "#/constructor", 5])(
    "to %s are refused",
    ($ref) =>
      expect(schemaOf({ properties: { a: { $ref } } }).diagnostics).toMatchObject([
        { code: "bad-reference" },
      ]),
  );

  test("in a circle become definitions, which are named once", () => {
    const $defs = { a: { $ref: "#/$defs/b" }, b: { properties: { again: { $ref: "#/$defs/a" } } } };
    const { schema, diagnostics } = schemaOf({ properties: { a: { $ref: "#/$defs/a" } }, $defs });
    expect(diagnostics).toEqual([]);
    const again = {
      type: "object",
      properties: { again: { $ref: "#/$defs/A" } },
      additionalProperties: false,
    };
    expect(schema).toMatchObject({ properties: { a: again }, $defs: { A: again } });
    expect(schemaOf({ properties: { a: { $ref: "#" } } }).schema).toMatchObject({
      properties: { a: { $ref: "#" } },
    });
  });

  test("in a circle of nothing but references let anything through", () => {
    const $defs = { a: { $ref: "#/$defs/b" }, b: { anyOf: [{ $ref: "#/$defs/a" }, { type: "string" }] } };
    const { schema, diagnostics } = schemaOf({ properties: { a: { $ref: "#/$defs/a" } }, $defs });
    expect(diagnostics).toMatchObject([{ code: "bad-reference" }]);
    expect(schema).toMatchObject({ properties: { a: { anyOf: [{}, { type: "string" }] } } });
  });

  test("in a circle keep only annotations beside them", () => {
    const node = { properties: { next: { $ref: "#/$defs/n", nullable: true, title: "Next", minItems: 1 } } };
    const { schema, diagnostics } = schemaOf({
      properties: { a: { $ref: "#/$defs/n" } },
      $defs: { n: node },
    });
    expect(diagnostics.map(({ pointer }) => pointer)).toEqual(
      expect.arrayContaining([expect.stringMatching(/minItems$/)]),
    );
    expect(schema).toMatchObject({
      $defs: {
        N: { properties: { next: { title: "Next", anyOf: [{ $ref: "#/$defs/N" }, { type: "null" }] } } },
      },
    });
  });

  test("that multiply are stopped", () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 20 }, (_, at) => [
        `d${at}`,
        {
          properties: Object.fromEntries(
            [..."abcdefgh"].map((name) => [name, { $ref: `#/$defs/d${at + 1}` }]),
          ),
        },
      ]),
    );
    const { diagnostics } = schemaOf({
      properties: { a: { $ref: "#/$defs/d0" } },
      $defs: { ...$defs, d20: {} },
    });
    expect(diagnostics.map(({ code }) => code)).toEqual(["too-deep"]);
  });

  test.each(["allOf", "anyOf"])("that multiply in %s are stopped", (keyword) => {
    const $defs = Object.fromEntries(
      Array.from({ length: 20 }, (_, at) => {
        const next = { $ref: `#/$defs/d${at + 1}` };
        return [`d${at}`, { properties: { [`p${at}`]: next }, [keyword]: [next, next] }];
      }),
    );
    const { diagnostics } = schemaOf({
      type: "object",
      properties: { a: { $ref: "#/$defs/d0" } },
      $defs: { ...$defs, d20: {} },
    });
    expect(diagnostics.map(({ code }) => code)).toEqual(["too-deep"]);
  });
});

describe("a spec", () => {
  test("with only an input gets the standard media output", () => {
    const { model, codes } = normalizeOne({ input });
    expect(Object.keys(model.output.properties!)).toEqual(["image", "video", "images", "videos"]);
    expect(model).toMatchObject({ id: "a/b", title: "a/b", description: "", notes: [], example: null });
    expect(codes).toEqual([]);
  });

  test("is closed unless its documentation opens it", () => {
    expect(normalizeOne({ input }).model.input.additionalProperties).toBe(false);
    const open = { ...input, additionalProperties: true };
    expect(normalizeOne({ input: open }).model.input.additionalProperties).toBe(true);
  });

  test("keeps its own wording before the catalogue's", () => {
    const catalogue = {
      display_name: "Theirs",
      description: "Theirs.",
      base_price_usd: 0.5,
      price_unit: "second",
    };
    expect(normalizeOne({ title: "Ours", catalogue, input }).model).toMatchObject({
      title: "Ours",
      description: "Theirs.",
      listing: { categories: [], price: { usd: 0.5, unit: "second" } },
    });
  });

  test("with an example that does not fit has none, and says why", () => {
    const { models, diagnostics } = normalize([fileOf("a/b", { input, example: { promt: "" } })]);
    expect(models[0]?.example).toBeNull();
    expect(diagnostics).toMatchObject([{ code: "example-does-not-fit", pointer: "/example" }]);
    expect(diagnostics[0]?.what).toContain("promt");
  });

  test("whose output is wrapped in an object of that name is unwrapped", () => {
    const output = { output: { type: "object", properties: { text: { type: "string" } } } };
    expect(normalizeOne({ input, output }).model.output.properties).toEqual({ text: { type: "string" } });
  });

  test("whose input is a list is refused, whose output is one is not", () => {
    expect(normalizeOne({ input: { type: "array" } }).codes).toContain("not-an-object");
    const { model, codes } = normalizeOne({ input, output: { type: "array", items: { type: "string" } } });
    expect(model.output).toEqual({ type: "array", items: { type: "string" } });
    expect(codes).toEqual([]);
  });
});

const sortedIds = (list: readonly string[]) =>
  normalize(list.map((id) => fileOf(id, { input }))).models.map(({ id }) => id);

test("models come in code point order, whatever the order of the files", () => {
  const ids = ["b/a", "a/b", "a/B", "a/\u{1F600}", "a/\uFF5E", "a/é", "a-b/c"];
  const byCodePoint = [...ids].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  fc.assert(
    fc.property(fc.shuffledSubarray(ids, { minLength: ids.length }), (shuffled) => {
      expect(sortedIds(shuffled)).toEqual(byCodePoint);
    }),
  );
  expect([...ids].sort(compareText)).toEqual(byCodePoint);
});
