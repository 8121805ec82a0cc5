import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareSpecs } from "../../../codegen/changes/spec-changes.js";

type Schema = { readonly [keyword: string]: unknown };

const defs = { $defs: { S: { type: "string", enum: ["x"] }, T: { type: "string", enum: ["x"] } } };
const object = (a: object, more: object = {}) => ({ type: "object", properties: { a }, ...more });
const kindsOf = (before: object, after: object, side: "input" | "output") =>
  compareSpecs("m/x", { input: {}, [side]: before }, { input: {}, [side]: after }).map(
    ({ kind, pointer }) => `${kind} ${pointer.replace(`/${side}`, "").replace("/properties/a", "")}`,
  );
const text = { type: "string" };
const whole = { type: "integer" };
const nothing = { type: "null" };

/** Each row: the schema of a field before and after, where the change is told, and its kind for senders and for readers. */
const rows: readonly (readonly [string, object, object, string, input: string, output: string])[] = [
  [
    "other words in an alternative",
    { anyOf: [{ ...text, description: "One." }, whole] },
    { anyOf: [{ ...text, description: "Two." }, whole] },
    "/anyOf/0/description",
    "wording",
    "wording",
  ],
  [
    "one more value in an alternative",
    { anyOf: [{ enum: ["a"] }, whole] },
    { anyOf: [whole, { enum: ["a", "b"] }] },
    "/anyOf/1/enum",
    "compatible",
    "breaking",
  ],
  [
    "one value less in an alternative",
    { anyOf: [{ enum: ["a", "b"] }, whole] },
    { anyOf: [{ enum: ["a"] }, whole] },
    "/anyOf/0/enum",
    "breaking",
    "compatible",
  ],
  ["an alternative more", text, { anyOf: [text, whole] }, "/anyOf", "compatible", "breaking"],
  ["an alternative less", { anyOf: [text, whole] }, text, "/anyOf", "breaking", "compatible"],
  [
    "null as an alternative",
    { type: ["string", "null"], maxLength: 5 },
    { anyOf: [{ ...text, maxLength: 5 }, nothing] },
    "",
    "compatible",
    "compatible",
  ],
  [
    "null as a type, and a limit that is gone",
    { anyOf: [{ ...text, maxLength: 5 }, nothing] },
    { type: ["string", "null"] },
    "/maxLength",
    "compatible",
    "breaking",
  ],
  [
    "another word for alternatives",
    { oneOf: [text, whole] },
    { anyOf: [text, whole] },
    "",
    "compatible",
    "compatible",
  ],
  [
    "alternatives in another order",
    { anyOf: [text, whole] },
    { anyOf: [whole, text] },
    "/anyOf",
    "wording",
    "wording",
  ],
  [
    "an alternative that another one holds",
    { anyOf: [whole, { type: "number" }] },
    { anyOf: [{ type: "number" }] },
    "",
    "compatible",
    "compatible",
  ],
  [
    "values that moved into one alternative",
    { anyOf: [{ const: "a" }, { const: "b" }] },
    { enum: ["a", "b"] },
    "",
    "compatible",
    "compatible",
  ],
  ["a value that became two", { const: "a" }, { enum: ["a", "b"] }, "/enum", "compatible", "breaking"],
  ["values of a stated type", { enum: ["a"] }, { ...text, enum: ["a"] }, "", "compatible", "compatible"],
  ["fields of a stated type", object({}), { properties: { a: {} } }, "", "compatible", "compatible"],
  [
    "a definition in its place",
    { $ref: "#/$defs/S" },
    { ...text, enum: ["x"] },
    "",
    "compatible",
    "compatible",
  ],
  [
    "a definition of another name",
    { $ref: "#/$defs/S" },
    { $ref: "#/$defs/T" },
    "",
    "compatible",
    "compatible",
  ],
  [
    "a reference in a list of one",
    { $ref: "#/$defs/S" },
    { allOf: [{ $ref: "#/$defs/S" }] },
    "",
    "compatible",
    "compatible",
  ],
  [
    "one more condition",
    { allOf: [{ minLength: 1 }, text] },
    { allOf: [text, { minLength: 1 }, { maxLength: 5 }] },
    "/allOf/2",
    "breaking",
    "compatible",
  ],
  ["a word that warns", text, { ...text, deprecated: true }, "/deprecated", "wording", "wording"],
  [
    "other words where nobody looks",
    { not: { ...text, title: "One" } },
    { not: { ...text, title: "Two" } },
    "/not",
    "wording",
    "wording",
  ],
];

describe("one meaning, however it is spelled", () => {
  test.each(rows)("%s", (_, before, after, place, input, output) => {
    const [old, now] = [object(before, defs), object(after, defs)];
    const told = (side: "input" | "output") =>
      kindsOf(old, now, side).filter((each) => !each.endsWith("/type"));
    expect([told("input"), told("output")]).toEqual([[`${input} ${place}`], [`${output} ${place}`]]);
  });
});

describe("what references lead to", () => {
  const uses = (definition: object, more: object = {}) => ({
    type: "object",
    properties: { a: { $ref: "#/$defs/S" }, b: { type: "array", items: { $ref: "#/$defs/S" } } },
    $defs: { S: definition, ...more },
  });

  test("is told once, at the definition", () => {
    const at = "/$defs/S";
    const enumOf = (...values: string[]) => uses({ ...text, enum: values });
    expect(kindsOf(enumOf("x"), enumOf("x", "y"), "input")).toEqual([`compatible ${at}/enum`]);
    expect(kindsOf(enumOf("x"), enumOf("x", "y"), "output")).toEqual([`breaking ${at}/enum`]);
    expect(kindsOf(enumOf("x", "y"), enumOf("x"), "input")).toEqual([`breaking ${at}/enum`]);
    expect(kindsOf(uses({ ...text, title: "A" }), uses({ ...text, title: "B" }), "input")).toEqual([
      `wording ${at}/title`,
    ]);
  });

  test("is no news where nothing leads to it", () => {
    expect(kindsOf(uses(text, { T: text }), uses(text, { T: whole }), "input")).toEqual(["compatible "]);
  });

  test("breaks everybody where it is nothing", () => {
    const [old, now] = [uses(text), { ...uses(text), $defs: {} }];
    expect(kindsOf(old, now, "input")).toContain("breaking /$defs/S/$ref");
    expect(kindsOf(old, now, "output")).toContain("breaking /$defs/S/type");
  });

  test("ends, even where it leads back", () => {
    const loop = (title: string) =>
      uses({ properties: { s: { $ref: "#/$defs/S" }, t: { $ref: "#/$defs/S" } }, title });
    expect(kindsOf(loop("A"), loop("A"), "input")).toEqual([]);
    expect(kindsOf(loop("A"), loop("B"), "input")[0]).toBe("wording /$defs/S/title");
  });
});

const plain = fc.record(
  {
    type: fc.constantFrom("string", "integer", "number", "null", ["string", "null"], ["number", "string"]),
    enum: fc.uniqueArray(fc.constantFrom("a", "abc", 1, 2.5, null), { minLength: 1 }),
    const: fc.constantFrom("a", 1, null),
    nullable: fc.boolean(),
    maximum: fc.constantFrom(1, 2),
    exclusiveMaximum: fc.constantFrom(1, 2),
    maxLength: fc.constantFrom(1, 2),
    $ref: fc.constant("#/$defs/S"),
  },
  { requiredKeys: [] },
);
const choice = fc.record(
  {
    anyOf: fc.array(plain, { minLength: 1, maxLength: 3 }),
    type: fc.constant("string"),
    nullable: fc.boolean(),
  },
  { requiredKeys: ["anyOf"] },
);
const root = fc.record({ $defs: fc.record({ S: plain.map(({ $ref: _, ...rest }) => rest) }) });
const schema = fc.oneof(plain, choice);
const values = [null, "a", "abc", 1, 2, 2.5, true, [], {}];

/** A check of its own kind, for the keywords above. */
const takes = (node: Schema, value: unknown, whole_: Schema): boolean => {
  if (node["$ref"] !== undefined) {
    const { $ref: _, ...beside } = node;
    return takes({ ...(whole_["$defs"] as { S: Schema }).S, ...beside }, value, whole_);
  }
  const { type, enum: list, const: only, nullable, maximum, exclusiveMaximum, maxLength, anyOf } = node;
  const isType = (name: unknown) =>
    name === "null" ? value === null : name === "integer" ? Number.isInteger(value) : typeof value === name;
  const isNull = nullable === true && value === null;
  return (
    (type === undefined || isNull || [type].flat().some(isType)) &&
    (list === undefined || isNull || (list as unknown[]).includes(value)) &&
    (only === undefined || only === value) &&
    !(typeof value === "number" && value > Number(maximum ?? Infinity)) &&
    !(typeof value === "number" && value >= Number(exclusiveMaximum ?? Infinity)) &&
    !(typeof value === "string" && value.length > Number(maxLength ?? Infinity)) &&
    (anyOf === undefined || isNull || (anyOf as Schema[]).some((branch) => takes(branch, value, whole_)))
  );
};

test("whatever changes, a value that is taken no more breaks senders, and a new one breaks readers", () => {
  fc.assert(
    fc.property(schema, schema, root, root, (before, after, old, now) => {
      const lost = values.filter((value) => takes(before, value, old) && !takes(after, value, now));
      const gained = values.filter((value) => !takes(before, value, old) && takes(after, value, now));
      const kinds = (side: "input" | "output") =>
        kindsOf({ ...object(before), ...old }, { ...object(after), ...now }, side).map(
          (each) => each.split(" ")[0],
        );
      if (lost.length > 0) expect(kinds("input")).toContain("breaking");
      if (gained.length > 0) expect(kinds("output")).toContain("breaking");
    }),
    { numRuns: 1000 },
  );
});

describe("conditions that require fields which are described beside them", () => {
  const need = (...names: string[]) => ({ required: names });
  const input = (...anyOf: object[]) => ({
    type: "object",
    properties: { a: text, b: text, c: text },
    anyOf,
  });
  const cases: readonly (readonly [string, object, object, breaking: boolean])[] = [
    ["one less", input(need("a"), need("b")), input(need("a")), true],
    ["one more", input(need("a")), input(need("a"), need("b")), false],
    ["one that asks for more", input(need("a"), need("b")), input(need("a", "c"), need("b")), true],
    ["one that asks for less", input(need("a", "c"), need("b")), input(need("a"), need("b")), false],
    ["one that asks for something else", input(need("a"), need("b")), input(need("a"), need("c")), true],
    ["both at once", input(need("a"), need("b")), input(need("a", "b")), true],
  ];
  const places: readonly (readonly [string, (schema: object) => object])[] = [
    ["of the input", (schema) => schema],
    ["of a field", (schema) => ({ type: "object", properties: { p: schema } })],
    ["inside allOf", (schema) => ({ allOf: [{ type: "object" }, schema] })],
  ];
  test.each(cases.flatMap((row) => places.map((place) => [...row, ...place] as const)))(
    "%s is judged by what it does to senders (%s, %s, %s, %s)",
    (_what, before, after, breaking, _place, put) => {
      const changes = compareSpecs("m/x", { input: put(before) as never }, { input: put(after) as never });
      expect(changes.length).toBeGreaterThan(0);
      expect(changes.some(({ kind }) => kind === "breaking")).toBe(breaking);
      expect(changes.some(({ kind }) => kind === "wording")).toBe(false);
    },
  );
});

test("a shared part under components is judged where it is used, not by itself", () => {
  const input = (values: string[]) => ({
    properties: { a: { $ref: "#/components/schemas/F" } },
    components: { schemas: { F: { type: "string", enum: values } } },
  });
  const changes = compareSpecs("m/x", { input: input(["a"]) }, { input: input(["a", "b"]) });
  expect(changes.map(({ kind }) => kind)).toEqual(["compatible"]);
});
