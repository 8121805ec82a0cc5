import { Ajv2020 } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { normalize } from "../../../codegen/ir/spec-normalization.js";
import type { SchemaNode } from "../../../src/dialect/notation/schema-node.js";
import type { Json } from "../../../src/input/model.js";
import { dose } from "../../support/dose.js";
import { check } from "../../../src/input/check.js";

const names = ["mode", "a", "b", "c"] as const;
const name = fc.constantFrom(...names);
const word = fc.constantFrom("text", "image", "x");
const record = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(model, { requiredKeys: [], noNullPrototype: true });

const isBare = (node: SchemaNode): boolean =>
  Object.entries(node).every(
    ([keyword, value]) =>
      keyword === "nullable" || (keyword === "allOf" && (value as readonly SchemaNode[]).every(isBare)),
  );

/** `nullable` beside nothing, or beside empty parts, is about all parts of an `allOf`, which JSON Schema does not know. */
const isTelling = (node: SchemaNode): boolean => node["nullable"] === undefined || !isBare(node);

const plainField = (
  fc.oneof(
    record({
      type: fc.constant("string"),
      minLength: fc.nat(5),
      maxLength: fc.nat(6),
      nullable: fc.boolean(),
    }),
    record({
      type: fc.constantFrom("integer", "number", ["integer", "null"]),
      minimum: fc.nat(3),
      exclusiveMaximum: fc.integer({ min: 2, max: 9 }),
      multipleOf: fc.constantFrom(1, 2, 3),
      nullable: fc.boolean(),
    }),
    record({ enum: fc.uniqueArray(word, { minLength: 1 }), nullable: fc.boolean() }),
    record({ const: word, nullable: fc.boolean() }),
    fc.constantFrom<SchemaNode>(
      { $ref: "#/$defs/word" },
      { $ref: "#/$defs/word", nullable: true },
      { $ref: "#/$defs/small", minimum: 2 },
    ),
  ) as fc.Arbitrary<SchemaNode>
).filter(isTelling);

const field = (
  fc.oneof(
    { weight: 4, arbitrary: plainField },
    record({ allOf: fc.array(plainField, { minLength: 1, maxLength: 2 }), nullable: fc.boolean() }),
    fc.tuple(plainField, plainField).map(([outer, inner]) => ({ ...outer, allOf: [inner] })),
    record({ anyOf: fc.array(plainField, { minLength: 1, maxLength: 2 }), nullable: fc.boolean() }),
  ) as fc.Arbitrary<SchemaNode>
).filter(isTelling);

/** A part of an object: a member of `allOf` or a choice beside properties. */
const part = (of: fc.Arbitrary<SchemaNode>, inner?: fc.Arbitrary<SchemaNode>): fc.Arbitrary<SchemaNode> =>
  fc.oneof(
    { weight: 6, arbitrary: partOf(of, inner) },
    { weight: 1, arbitrary: fc.constant<SchemaNode>({ $ref: "#/$defs/base" }) },
  );

const partOf = (of: fc.Arbitrary<SchemaNode>, inner?: fc.Arbitrary<SchemaNode>) =>
  record({
    type: fc.constant("object"),
    properties: fc.dictionary(name, of, { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
    required: fc.uniqueArray(name, { maxLength: 2 }),
    additionalProperties: fc.oneof({ weight: 8, arbitrary: fc.constant(true) }, fc.boolean(), plainField),
    ...(inner && { anyOf: fc.array(inner, { minLength: 1, maxLength: 2 }) }),
  }) as unknown as fc.Arbitrary<SchemaNode>;

const choices = fc.array(part(field, part(plainField)), { minLength: 1, maxLength: 3 });

const objectOf = (of: fc.Arbitrary<SchemaNode>): fc.Arbitrary<SchemaNode> =>
  fc
    .tuple(
      fc.dictionary(name, of, { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
      record({
        required: fc.uniqueArray(name, { maxLength: 2 }),
        allOf: fc.array(part(of, part(plainField)), { minLength: 1, maxLength: 2 }),
        anyOf: choices,
        oneOf: choices,
        additionalProperties: fc.boolean(),
        nullable: fc.boolean(),
      }),
    )
    .map(([properties, more]) => ({ type: "object", properties, ...more }) as unknown as SchemaNode);

const $defs = {
  word: { type: "string", enum: ["text", "image"] },
  small: { type: "integer", maximum: 5 },
  base: { type: "object", properties: { a: { type: "string" } }, required: ["a"] },
} as const satisfies SchemaNode;

const schema = fc
  .oneof(
    objectOf(fc.oneof({ weight: 4, arbitrary: field }, objectOf(plainField))),
    fc
      .array(part(field), { minLength: 1, maxLength: 3 })
      .map((allOf) => ({ allOf }) as unknown as SchemaNode),
    fc
      .array(part(field), { minLength: 1, maxLength: 3 })
      .map((anyOf) => ({ anyOf }) as unknown as SchemaNode),
  )
  .map((node): SchemaNode => ({ ...without(node, "nullable"), type: "object", $defs }));

const without = ({ ...node }: { [keyword: string]: Json }, keyword: string): SchemaNode => {
  delete node[keyword];
  return node;
};

const scalar: fc.Arbitrary<Json> = fc.oneof(
  word,
  fc.integer({ min: -1, max: 9 }),
  fc.constantFrom(null, 2.5),
);
const fields = (of: fc.Arbitrary<Json>) => fc.dictionary(name, of, { maxKeys: 4, noNullPrototype: true });
const value: fc.Arbitrary<Json> = fields(fc.oneof({ weight: 6, arbitrary: scalar }, fields(scalar)));

/**
 * The schema as JSON Schema says it. What may be closed is closed by `unevaluatedProperties`, as the documentation of an
 * object names all its fields; a part of an object names only some.
 */
const asJsonSchema = (node: SchemaNode, closes: boolean, isPart = false): SchemaNode => {
  const each = (list: Json) =>
    (list as readonly SchemaNode[]).map((inner) => asJsonSchema(inner, closes, true));
  const inner = (child: Json) => asJsonSchema(child as SchemaNode, closes);
  const { nullable, ...rest } = node;
  const result: { [keyword: string]: Json } = { ...rest };
  for (const keyword of ["allOf", "anyOf", "oneOf"]) if (node[keyword]) result[keyword] = each(node[keyword]);
  for (const keyword of ["properties", "$defs"])
    if (node[keyword])
      result[keyword] = Object.fromEntries(
        Object.entries(node[keyword] as SchemaNode).map(([key, child]) => [
          key,
          keyword === "$defs" ? (child as SchemaNode) : inner(child),
        ]),
      );
  if (typeof node["additionalProperties"] === "object")
    result["additionalProperties"] = inner(node["additionalProperties"]);
  if (closes && !isPart && node["type"] === "object") result["unevaluatedProperties"] = false;
  return nullable === true ? { anyOf: [result, { type: "null" }] } : result;
};

const compile = (of: SchemaNode) =>
  new Ajv2020({ strict: false, validateFormats: false, ownProperties: true }).compile(of);

const run = (source: SchemaNode, values: readonly Json[], tally: Map<string, number>): void => {
  const { models, diagnostics } = normalize([
    { id: "a/b", file: "specs/a/b.json", text: "", hash: "", spec: { input: source } },
  ]);
  const { input } = models[0]!;
  const [most, least] = [compile(asJsonSchema(source, false)), compile(asJsonSchema(source, true))];
  for (const given of values) {
    const isRight = check(input, given).length === 0;
    const shown = () => `${JSON.stringify(source)}\n${JSON.stringify(input)}\n${JSON.stringify(given)}`;
    if (!isRight && least(given)) throw new Error(`a right value is refused\n${shown()}`);
    if (isRight && diagnostics.length === 0 && !most(given))
      throw new Error(`a wrong value is accepted, and nothing was reported\n${shown()}`);
    const kind = `${isRight ? "right" : "wrong"}${diagnostics.length === 0 ? "" : ", reported"}`;
    tally.set(kind, (tally.get(kind) ?? 0) + 1);
  }
};

test("an input check refuses no value that the documented schema accepts, and accepts none that it refuses in silence", () => {
  const tally = new Map<string, number>();
  fc.assert(
    fc.property(schema, fc.array(value, { minLength: 20, maxLength: 20 }), (source, values) =>
      run(source, values, tally),
    ),
    { numRuns: dose(80, 300) },
  );
  expect(tally.get("right")).toBeGreaterThan(25);
  expect(tally.get("wrong")).toBeGreaterThan(25);
});
