import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { recall, remember } from "../../../codegen/sync/sync-memory.js";
import { mergeSchema } from "../../../codegen/sync/schema-merge.js";
import type { Fields, Value } from "../../../src/dialect/notation/fields.js";
import { withoutWording } from "../../../codegen/specs/model/schema-wording.js";

const merge = (ours: object, base: object | undefined, theirs: object) =>
  mergeSchema(ours as Value, base as Value | undefined, theirs as Value);
const field = (keywords: object) => ({ type: "object", properties: { x: { type: "string", ...keywords } } });
const rule = (name: string, value: number, message?: string) => ({
  validation_rule: name,
  validation_value: value,
  ...(message !== undefined && { validation_error: message }),
});

describe("a page and the catalogue, fact by fact", () => {
  test.each<[what: string, ours: object, theirs: object, merged: object]>([
    ["a new limit of the catalogue is added", {}, { maxLength: 9 }, { maxLength: 9 }],
    ["where they disagree, the catalogue is right", { maxLength: 5 }, { maxLength: 9 }, { maxLength: 9 }],
    ["a limit that only the page has stays", { minimum: 5 }, {}, { minimum: 5 }],
    [
      "media rules that only the page has stay",
      { validations: [rule("width_pixels<", 5, "Ours.")] },
      { format: "image_uri" },
      { validations: [rule("width_pixels<", 5, "Ours.")], format: "image_uri" },
    ],
    [
      "a media rule of both has the catalogue's limit and our message",
      { validations: [rule("width_pixels<", 5, "Ours.")] },
      { validations: [rule("width_pixels <", 6, "Theirs."), rule("file_size_mb<", 9)] },
      { validations: [rule("width_pixels <", 6, "Ours."), rule("file_size_mb<", 9)] },
    ],
    [
      "the kind of media is kept against a bare uri",
      { format: "image_uri" },
      { format: "uri" },
      { format: "image_uri" },
    ],
    [
      "the kind of media is taken for a bare uri",
      { format: "uri" },
      { format: "video_uri" },
      { format: "video_uri" },
    ],
    [
      "the same values in another order are the same",
      { enum: ["a", "b"] },
      { enum: ["b", "a"] },
      { enum: ["a", "b"] },
    ],
    ["other values are the catalogue's", { enum: ["a", "b"] }, { enum: ["b"] }, { enum: ["b"] }],
    ["float and number are one", { type: "float" }, { type: "number" }, { type: "float" }],
    [
      "a type that only the page has stays",
      { type: ["string", "object"] },
      { type: "string" },
      { type: ["string", "object"] },
    ],
    [
      "limits of another type go with it",
      { type: "string", maxLength: 5, description: "Ours." },
      { type: "integer" },
      { type: "integer", description: "Ours." },
    ],
    [
      "our wording stays, the catalogue's fills the gaps",
      { title: "Ours" },
      { title: "Theirs", description: "Theirs." },
      { title: "Ours", description: "Theirs." },
    ],
    ["a default is the catalogue's", { default: "a" }, { default: "b" }, { default: "b" }],
    [
      "items that only the page describes stay",
      { type: "array", items: { type: "string" } },
      { type: "array", format: "image_uris" },
      { type: "array", items: { type: "string" }, format: "image_uris" },
    ],
  ])("%s", (_, ours, theirs, merged) => {
    expect(merge(field(ours), undefined, field(theirs))).toEqual(field(merged));
  });

  test("the default of a required field is an example, and ours stays", () => {
    const ours = { ...field({ default: "ours" }), required: ["x"] };
    expect(merge(ours, undefined, { ...field({ default: "theirs" }), required: ["x"] })).toEqual(ours);
  });

  test("fields that only the page has stay, required or not; the catalogue's come behind", () => {
    const ours = { type: "object", properties: { a: {}, b: {}, c: {} }, required: ["a", "c"] };
    const theirs = { type: "object", properties: { d: {}, b: {}, c: {} }, required: ["d", "b"] };
    expect(merge(ours, undefined, theirs)).toEqual({
      type: "object",
      properties: { a: {}, b: {}, c: {}, d: {} },
      required: ["a", "d", "b"],
    });
  });

  test("alternatives that only the page has stay, and the one that the catalogue knows is brought up to date", () => {
    const object = { type: "object", properties: { width: { type: "integer" } } };
    const ours = field({ type: undefined, description: "Ours.", anyOf: [{ enum: ["1K", "2K"] }, object] });
    delete (ours.properties.x as { type?: unknown }).type;
    const merged = merge(ours, undefined, field({ enum: ["1K", "2K", "4K"], default: "2K" })) as Fields;
    expect((merged["properties"] as Fields)["x"]).toEqual({
      description: "Ours.",
      default: "2K",
      anyOf: [{ type: "string", enum: ["1K", "2K", "4K"] }, object],
    });
  });
});

describe("what the catalogue said last time", () => {
  const base = {
    type: "object",
    properties: { a: { type: "string" }, x: { type: "string", maxLength: 5 } },
    required: ["a"],
  };
  const ours = { ...base, properties: { ...base.properties, page: { type: "string" } } };

  test("a field that it listed and lists no more goes, one that only the page has stays", () => {
    const theirs = { type: "object", properties: { x: { type: "string", maxLength: 5 } } };
    expect(merge(ours, base, theirs)).toEqual({
      type: "object",
      properties: { x: { type: "string", maxLength: 5 }, page: { type: "string" } },
    });
  });

  test("a limit that it stated and states no more goes", () => {
    const theirs = { ...base, properties: { a: { type: "string" }, x: { type: "string" } } };
    expect(merge(ours, base, theirs)).toMatchObject({ properties: { x: { type: "string" } } });
    expect(JSON.stringify(merge(ours, base, theirs))).not.toContain("maxLength");
  });

  test("what was changed by hand stays as long as the catalogue stands still, and no longer", () => {
    const mended = { ...base, properties: { ...base.properties, x: { type: "string", maxLength: 7 } } };
    const later = { ...base, properties: { ...base.properties, x: { type: "string", maxLength: 6 } } };
    expect(merge(mended, base, base)).toEqual(mended);
    expect(merge(mended, base, later)).toEqual(later);
  });
});

const name = fc.constantFrom("a", "b", "c", "image_url", "duration");
const words = fc.constantFrom("One.", "Two.", "Three.");
const node = fc.record(
  {
    type: fc.constant("string"),
    title: words,
    description: words,
    enum: fc.uniqueArray(fc.constantFrom("p", "q", "r"), { minLength: 1 }),
    maxLength: fc.integer({ min: 0, max: 3 }),
    default: fc.constantFrom("p", "q"),
    format: fc.constantFrom("uri", "image_uri", "video_uri"),
    validations: fc.uniqueArray(
      fc.record({
        validation_rule: fc.constantFrom("width_pixels<", "file_size_mb<"),
        validation_value: fc.integer({ min: 1, max: 3 }),
        validation_error: words,
      }),
      { selector: (one) => one.validation_rule, minLength: 1 },
    ),
  },
  { requiredKeys: ["type"] },
);
const schema = fc
  .dictionary(name, node, { noNullPrototype: true })
  .chain((properties) =>
    fc
      .subarray(Object.keys(properties))
      .map((required) => ({ type: "object", properties, ...(required.length > 0 && { required }) })),
  );
type Schema = { properties: { [name: string]: Record<string, unknown> }; required?: string[] };

/** The order of lists is no news, and the default of a required field is an example: ours stays. */
const canonical = ({ properties, required = [] }: Schema) => ({
  required: [...required].sort(),
  properties: Object.fromEntries(
    Object.entries(properties).map(([key, { default: _, ...rest }]) => [
      key,
      Object.fromEntries(
        Object.entries(rest).map(([keyword, value]) => [
          keyword,
          Array.isArray(value) ? value.map((item) => JSON.stringify(item)).sort() : value,
        ]),
      ),
    ]),
  ),
});

describe("any page and any catalogue", () => {
  test("nothing that is documented and not contradicted is lost, and no wording at all", () => {
    fc.assert(
      fc.property(schema, schema, (ours, theirs) => {
        const merged = merge(ours, undefined, theirs) as unknown as Schema;
        for (const [key, before] of Object.entries((ours as Schema).properties)) {
          const after = merged.properties[key]!;
          const now = (theirs as Schema).properties[key];
          for (const [keyword, value] of Object.entries(before)) {
            if (keyword === "title" || keyword === "description" || now?.[keyword] === undefined)
              expect(after[keyword]).toEqual(value);
          }
          if (now === undefined)
            expect(merged.required?.includes(key) ?? false).toBe(
              (ours as Schema).required?.includes(key) ?? false,
            );
        }
      }),
    );
  });

  test("everything that the catalogue states is in the result, but for wording and examples", () => {
    fc.assert(
      fc.property(schema, schema, (ours, theirs) => {
        const merged = merge(ours, undefined, theirs) as unknown as Schema;
        for (const [key, now] of Object.entries((theirs as Schema).properties)) {
          const after = merged.properties[key]!;
          expect(after["maxLength"] ?? null).toEqual(now["maxLength"] ?? after["maxLength"] ?? null);
          if (now["enum"] !== undefined)
            expect([...(after["enum"] as string[])].sort()).toEqual([...(now["enum"] as string[])].sort());
        }
        for (const needed of (theirs as Schema).required ?? []) expect(merged.required).toContain(needed);
      }),
    );
  });

  test("merging again changes nothing, with and without a memory", () => {
    fc.assert(
      fc.property(schema, fc.option(schema, { nil: undefined }), schema, (ours, base, theirs) => {
        const once = merge(ours, base, theirs);
        expect(merge(once as object, withoutWording(theirs as Value) as object, theirs)).toEqual(once);
        if (base === undefined) expect(merge(once as object, undefined, theirs)).toEqual(once);
      }),
    );
  });

  test("a spec that holds only what the catalogue said becomes what it says now", () => {
    fc.assert(
      fc.property(schema, schema, (before, theirs) => {
        const plain = (value: unknown) => withoutWording(value as Value);
        const merged = merge(before, plain(before) as object, theirs) as unknown as Schema;
        const [facts, wanted] = [plain(merged) as unknown as Schema, plain(theirs) as unknown as Schema];
        expect(canonical(facts)).toEqual(canonical(wanted));
      }),
    );
  });

  test("as long as the catalogue says the same, no fact of the spec changes", () => {
    fc.assert(
      fc.property(schema, schema, (ours, theirs) => {
        const plain = (value: unknown) => withoutWording(value as Value);
        const merged = merge(ours, plain(theirs) as object, theirs);
        expect(plain(merged)).toEqual(plain(ours));
      }),
    );
  });

  test("fingerprints of the fields are as good as a copy, where no field was changed on both sides", () => {
    fc.assert(
      fc.property(
        schema,
        schema,
        schema,
        fc.array(fc.boolean(), { minLength: 9 }),
        (base, one, two, picks) => {
          const [seen, edits, news] = [base, one, two] as unknown as Schema[];
          const names = [...new Set([seen, edits, news].flatMap((each) => Object.keys(each!.properties)))];
          /** The catalogue's fields, those picked as another schema has them. */
          const change = (other: Schema, isPicked: (name: string) => boolean) => {
            const from = (name: string) => (isPicked(name) ? other : seen!);
            const properties = names
              .filter((name) => from(name).properties[name] !== undefined)
              .map((name) => [name, from(name).properties[name]]);
            const required = names.filter((name) => from(name).required?.includes(name));
            return {
              type: "object",
              properties: Object.fromEntries(properties),
              required,
            } as unknown as Fields;
          };
          const ours = change(edits!, (name) => picks[names.indexOf(name)]!);
          const theirs = change(news!, (name) => !picks[names.indexOf(name)]!);
          const catalogue = remember(base as Value, base as unknown as Fields);
          const { base: recalled, forgotten } = recall({ input: ours, catalogue }, theirs);
          const copy = withoutWording(base as Value) as object;
          expect(forgotten).toEqual([]);
          expect(merge(ours, recalled as object, theirs)).toEqual(merge(ours, copy, theirs));
        },
      ),
    );
  });

  test("a spec knows whether its input is still the catalogue's own", () => {
    fc.assert(
      fc.property(schema, schema, (theirs, other) => {
        const memory = remember(theirs as Value, theirs as unknown as Fields);
        const now = theirs as unknown as Fields;
        expect(recall({ input: theirs as Value, catalogue: memory }, now).untouched).toBe(true);
        const isSame = JSON.stringify(other) === JSON.stringify(theirs);
        expect(recall({ input: other as Value, catalogue: memory }, now).untouched).toBe(isSame);
      }),
    );
  });
});
