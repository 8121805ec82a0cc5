import { Ajv2020 } from "ajv/dist/2020.js";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { keywordLists } from "../../../../src/dialect/rules/keyword-shapes.js";

const folder = new URL("../../../../specs/", import.meta.url);
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), "utf8"));

interface Holder {
  readonly properties: { readonly [name: string]: object };
}

const schema = read("spec.schema.json") as Holder & {
  $defs: { [name in "schema" | "source" | "catalogue" | "validation"]: Holder };
};
const validate = new Ajv2020({ strict: true, strictTypes: false, allErrors: true }).compile(schema);
const problemsOf = (spec: unknown): unknown[] => (validate(spec) ? [] : (validate.errors ?? []));

const specs = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
  (name) => name.endsWith(".json") && name !== "api.json" && name !== "spec.schema.json",
);

const withField = (field: object): object => ({ input: { type: "object", properties: { field } } });

describe("the schema of a spec file", () => {
  test("there are specs to check", () => expect(specs.length).toBeGreaterThanOrEqual(29));

  test.each(specs)("accepts %s", (name) => expect(problemsOf(read(name))).toEqual([]));

  test.each<[what: string, spec: unknown]>([
    [
      "a bare drop-in",
      { input: { type: "object", properties: { prompt: { type: "string" } }, required: ["prompt"] } },
    ],
    ["a drop-in that says nothing of its type", { input: { properties: {} } }],
    ["an open model", { input: { type: "object", properties: {}, additionalProperties: true } }],
    ["float", withField({ type: "float", default: 1, minimum: 0.5 })],
    [
      "validations",
      withField({ validations: [{ validation_rule: "width/height<", validation_value: 2.5 }] }),
    ],
    ["a type list", withField({ type: ["string", "null"] })],
    ["a null default", withField({ type: "string", default: null })],
    ["null in place of a limit", withField({ type: "number", maximum: null })],
    ["a mixed enum", withField({ type: "string", enum: ["auto", "5", 10] })],
    ["media formats", withField({ type: "array", format: "image_uris" })],
    ["a format that nobody knows", withField({ type: "string", format: "strange" })],
    ["an empty title", withField({ title: "", description: "" })],
    [
      "fields within fields",
      withField({ type: "array", items: { type: "object", properties: { path: {} } } }),
    ],
    ["keywords that may come", withField({ allOf: [{}], pattern: "a", not: {}, $ref: "#/$defs/a" })],
    ["extensions", withField({ "x-order": 1, "x-media": { kind: "image", below: { file_size_mb: 5 } } })],
    ["a required name without a property", { input: { properties: {}, required: ["gone"] } }],
  ])("accepts %s", (_, spec) => expect(problemsOf(spec)).toEqual([]));

  test.each<[what: string, spec: unknown]>([
    ["no input", { output: {} }],
    ["a schema in place of a spec", { type: "object", properties: {} }],
    ["a misspelt member", { input: {}, ouput: {} }],
    ["a misspelt keyword", withField({ type: "string", enumm: ["a"] })],
    [
      "a misspelt keyword deep down",
      withField({ type: "array", items: { properties: { a: { defualt: 1 } } } }),
    ],
    ["a misspelt keyword of the output", { input: {}, output: { propertys: {} } }],
    ["a misspelt type", withField({ type: "sting" })],
    ["a misspelt rule", withField({ validations: [{ validation_rule: "width<", validation_value: 1 }] })],
    ["an input that is no object", { input: { type: "array" } }],
    ["text in place of a limit", withField({ type: "number", minimum: "1" })],
    ["an enum that is no list", withField({ enum: "a" })],
    ["an empty enum", withField({ enum: [] })],
    ["a reference to a file", withField({ $ref: "other.json" })],
    ["a kind that the catalogue does not have", { input: {}, catalogue: { kind: "lora" } }],
    ["a day in another notation", { input: {}, source: { read: "31.1.2026" } }],
    ["a page address that is no address", { input: {}, source: { url: "javascript:alert(1)" } }],
  ])("refuses %s", (_, spec) => expect(problemsOf(spec)).not.toEqual([]));

  test("it knows the keywords that the generator knows", () => {
    const { read: used, passedOver } = keywordLists;
    const known = new Set([...used, ...passedOver, "additionalItems", "dependencies", "$ref"]);
    expect(new Set(Object.keys(schema.$defs.schema.properties))).toEqual(known);
  });

  test("every keyword and member tells what it is for", () => {
    const { schema: node, source, catalogue, validation } = schema.$defs;
    const members = [schema, node, source, catalogue, validation].flatMap(({ properties }) =>
      Object.entries(properties),
    );
    expect(members.filter(([, member]) => !("description" in member) && !("$ref" in member))).toEqual([]);
  });
});
