import * as fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { modules } from "../../generated/catalogue.js";
import { parseForm } from "../../src/forms/index.js";
import { checkInput } from "../../src/input/check.js";
import type { Json, Model, Schema } from "../../src/input/model.js";

const { models: entries } = JSON.parse(
  readFileSync(new URL("../../generated/catalogue.json", import.meta.url), "utf8"),
) as { readonly models: readonly { readonly id: keyof typeof modules; readonly example: object }[] };

type Value = Json | File | readonly Value[] | { readonly [name: string]: Value };
type Pair = readonly [name: string, value: string | File];

const photo = new File(["x"], "photo.png", { type: "image/png" });
const address = "https://files.example.com/a.png";

/** Texts as a page's text field can hold them: not empty, with any line ends. */
const text = ({ minLength = 1, maxLength = 30 }: Schema): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string({
      unit: "grapheme",
      minLength: Math.max(1, minLength),
      maxLength: Math.max(1, Math.min(maxLength, 30)),
    }),
    fc.constantFrom("5", "true", "null", "on", "[1]", '["a"]', "{}", "a\nb", " "),
  );

const number = ({ type, minimum = -1000, maximum = 1000, multipleOf }: Schema): fc.Arbitrary<number> =>
  type === "integer" || multipleOf
    ? fc.integer({ min: Math.ceil(minimum), max: Math.floor(maximum) })
    : fc.double({ min: minimum, max: maximum, noNaN: true });

/** A value that a schema may take; the check decides. */
const valueOf = (schema: Schema): fc.Arbitrary<Value> => {
  const { type, enum: choices, items = {}, minItems = 0, maxItems = 3, "x-media": media } = schema;
  if (choices) return fc.constantFrom(...choices);
  if (media && type !== "array") return fc.constantFrom<Value>(photo, address);
  if (type === "boolean") return fc.boolean();
  if (type === "integer" || type === "number") return number(schema);
  if (type === "array")
    return fc.array(valueOf({ ...(media && { "x-media": media }), ...items }), {
      minLength: Math.max(1, minItems),
      maxLength: Math.max(1, Math.min(maxItems, Math.max(minItems, 3))),
    });
  return text(schema);
};

/** Inputs of a model as far as its check takes them, with a random set of its optional fields. */
const inputOf = (schema: Schema): fc.Arbitrary<{ readonly [name: string]: Value }> => {
  const properties = Object.entries(schema.properties ?? {});
  const needed = schema.required ?? [];
  return fc.record(Object.fromEntries(properties.map(([name, field]) => [name, valueOf(field)])), {
    requiredKeys: [...needed],
    noNullPrototype: true,
  });
};

const withoutFiles = (value: Value): unknown => {
  if (value instanceof File) return address;
  return Array.isArray(value) ? value.map(withoutFiles) : value;
};
const fits = (schema: Schema, input: { readonly [name: string]: Value }): boolean =>
  checkInput(
    { input: schema },
    Object.fromEntries(Object.entries(input).map(([name, value]) => [name, withoutFiles(value)])),
  ).length === 0;

/** One of the ways in which a page may send a list. */
type Style = "repeated" | "brackets" | "numbered" | "json";

const pairsOf = (name: string, value: Value, style: Style): Pair[] => {
  if (value instanceof File) return [[name, value]];
  if (typeof value === "boolean") return value ? [[name, "false"], [name, "on"]] : [[name, "false"]]; // prettier-ignore
  if (!Array.isArray(value))
    return [[name, typeof value === "object" ? JSON.stringify(value) : String(value)]];
  const holdsFile = value.some((item) => item instanceof File);
  // One text that is a list as JSON is read as that list.
  const looksLikeList = value.length === 1 && typeof value[0] === "string" && value[0].startsWith("[");
  if ((style === "json" && !holdsFile) || looksLikeList) return [[name, JSON.stringify(value)]];
  const nameOf = (at: number): string =>
    style === "numbered" ? `${name}[${at * 2}]` : style === "brackets" ? `${name}[]` : name;
  return value.flatMap((item: Value, at) => pairsOf(nameOf(at), item, "json"));
};

const toForm = (
  schema: Schema,
  input: { readonly [name: string]: Value },
  style: Style,
  textOf = (value: string) => value,
): FormData => {
  const form = new FormData();
  // Fields that are left empty are sent, too.
  for (const name of Object.keys(schema.properties ?? {}))
    for (const [key, value] of Object.hasOwn(input, name)
      ? pairsOf(name, input[name]!, style)
      : ([[name, ""]] as const))
      form.append(key, typeof value === "string" ? textOf(value) : value);
  return form;
};

describe("a form made of a valid input is read as that input", () => {
  test.each(entries.map(({ id, example }) => [id, example] as const))("%s", async (id, example) => {
    const { model } = await modules[id]();
    const schema: Schema = model.input;
    const style = fc.constantFrom<Style>("repeated", "brackets", "numbered", "json");
    const read = (form: FormData) => parseForm(model as Model, form);
    expect(read(toForm(schema, example as never, "repeated"))).toEqual({ value: example });

    let valid = 0;
    fc.assert(
      fc.property(inputOf(schema), style, fc.boolean(), (input, style, fromBrowser) => {
        if (!fits(schema, input)) return;
        valid++;
        const textOf = (value: string): string => (fromBrowser ? value.replaceAll("\n", "\r\n") : value);
        expect(read(toForm(schema, input, style, textOf))).toEqual({ value: input });
      }),
      { numRuns: 60, seed: 16 },
    );
    expect(valid).toBeGreaterThan(5);
  });

  test("there are 85 of them", () => {
    expect(entries).toHaveLength(85);
  });
});
