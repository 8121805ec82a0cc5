import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Schema } from "../../../src/input/model.js";
import { check } from "../../../src/input/check.js";

interface Group {
  readonly description: string;
  readonly schema: unknown;
  readonly tests: readonly {
    readonly description: string;
    readonly data: unknown;
    readonly valid: boolean;
  }[];
}

const folder = new URL("../../fixtures/json-schema-test-suite/draft2020-12/", import.meta.url);
const files = readdirSync(folder).sort();
const read = (file: string): Group[] => JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Group[];

const annotations = ["$schema", "$comment", "title", "description", "default", "examples", "format"];
const numbers = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];
const sizes = ["minLength", "maxLength", "minItems", "maxItems", "uniqueItems"];
const shapes = ["type", "enum", "const", "required", "properties", "additionalProperties", "anyOf"];
const others = ["items", "prefixItems", "$ref", "$defs"];
const known = new Set([...annotations, ...numbers, ...sizes, ...shapes, ...others]);

/** Keywords of the whole of JSON Schema that a group needs and models never carry. */
const foreign = (schema: unknown): string[] => {
  if (typeof schema === "boolean") return ["boolean schema"];
  const {
    properties = {},
    items,
    additionalProperties,
    anyOf = [],
    prefixItems = [],
    $defs = {},
    ...rest
  } = schema as Record<string, unknown>;
  const named = [...Object.values(properties as object), ...Object.values($defs as object)];
  const inner = [...named, ...(anyOf as unknown[]), ...(prefixItems as unknown[])];
  if (items !== undefined) inner.push(items);
  if (typeof additionalProperties === "object") inner.push(additionalProperties);
  return [...Object.keys(rest).filter((key) => !known.has(key)), ...inner.flatMap(foreign)];
};

describe("the official JSON Schema test suite, draft 2020-12", () => {
  for (const file of files) {
    describe(file, () => {
      for (const group of read(file).filter((one) => foreign(one.schema).length === 0)) {
        test.each(group.tests.map((one) => [one.description, one] as const))(
          `${group.description}: %s`,
          (_, one) => {
            expect(check(group.schema as Schema, one.data).length === 0).toBe(one.valid);
          },
        );
      }
    });
  }

  test("leaves out only groups that need keywords which no model carries", () => {
    const groups = files.flatMap(read);
    const skipped = groups.map((group) => foreign(group.schema)).filter((keywords) => keywords.length > 0);
    expect(new Set(skipped.flat())).toEqual(new Set(["boolean schema", "patternProperties", "allOf"]));
    expect(skipped.length).toBe(15);
    expect(groups.reduce((sum, group) => sum + group.tests.length, 0)).toBeGreaterThan(380);
  });
});
