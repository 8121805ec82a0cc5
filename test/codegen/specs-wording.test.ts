import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Schema } from "../../src/input/model.js";
import { checkInput } from "../../src/input/check.js";

interface Property extends Omit<Schema, "properties" | "items"> {
  readonly items?: Property;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly validations?: readonly { readonly validation_error?: string }[];
}
interface Spec {
  readonly title?: string;
  readonly description?: string;
  readonly notes?: readonly string[];
  readonly example?: Readonly<Record<string, unknown>>;
  readonly input: { readonly properties: Readonly<Record<string, Property>> };
  readonly output?: { readonly properties: Readonly<Record<string, Property>> };
}

const folder = new URL("../../specs/", import.meta.url);
const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".json") && file.includes("/"))
  .sort();
const read = (file: string): string => readFileSync(new URL(file, folder), "utf8");

const catalogue = JSON.parse(
  readFileSync(new URL("../../generated/catalogue.json", import.meta.url), "utf8"),
) as { readonly models: readonly { readonly id: string; readonly input: Schema }[] };

test("there are 85 specs", () => {
  expect(files).toHaveLength(85);
});

describe.each(files)("%s", (file) => {
  const text = read(file);
  const spec = JSON.parse(text) as Spec;
  const properties = Object.entries(spec.input.properties);

  test("has a title and a description, and so has every field", () => {
    for (const { title, description } of [spec, ...properties.map(([, property]) => property)]) {
      expect(title).toMatch(/^[A-Z][^\n]{2,60}[^.\n]$/);
      expect(description).toMatch(/^[A-Z][^\n]{9,400}\.$/);
    }
    for (const output of Object.values(spec.output?.properties ?? {}))
      expect(output.description).toMatch(/^[A-Z].*\.$/);
    for (const note of spec.notes ?? []) expect(note).toMatch(/^[A-Z].*\.$/);
  });

  test("is written in English: no letter of another script, no full-width sign", () => {
    expect(text).toMatch(/^[\n -~]*$/);
  });

  test("holds no sample text of the documentation longer than a line", () => {
    const defaults = properties
      .map(([, { default: value }]) => value)
      .filter((value) => typeof value === "string");
    for (const value of defaults) expect(value.length).toBeLessThanOrEqual(110);
    expect(text).not.toMatch(/Cinematic medium close-up|graffiti-covered|subway train|anime girl/);
  });

  test("tells the limit in words wherever a media rule sets one", () => {
    for (const [, property] of properties) {
      for (const { validation_error: words } of property.validations ?? []) {
        expect(words).toMatch(/^(The (width|height|file|video)|Width divided by height) must be .*\d.*\.$/);
      }
    }
  });

  test("has an example that the input check accepts", () => {
    const model = catalogue.models.find(({ id }) => `${id}.json` === file)!;
    expect(spec.example).toBeDefined();
    expect(checkInput(model, spec.example)).toEqual([]);
  });

  test("is two-space JSON with a newline at its end", () => {
    expect(text).toBe(`${JSON.stringify(spec, null, 2)}\n`);
  });
});
