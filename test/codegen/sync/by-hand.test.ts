import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeFolder } from "../generate/temporary.js";
import { entryOf, startCatalogue, sync } from "./catalogue-server.js";

// oxlint-disable-next-line typescript/no-explicit-any
type Loose = any;

/** A catalogue with one model, its spec after a first sync, and what a test does with them. */
const start = async (properties: object, required: readonly string[] = []) => {
  const entry = (fields: object, needed: readonly string[]) =>
    entryOf("a/b", undefined, { input_schema: { type: "object", properties: fields, required: needed } });
  const server = await startCatalogue([entry(properties, required)]);
  const specs = makeFolder();
  const path = join(specs, "a/b.json");
  await sync(server.url, specs);
  return {
    /** Changes the spec by hand. */
    edit: (change: (input: Loose) => void) => {
      const spec = JSON.parse(readFileSync(path, "utf8"));
      change(spec.input);
      writeFileSync(path, JSON.stringify(spec));
    },
    /** Syncs, and once more to see that it stays; gives the input of the spec. */
    sync: async (fields: object = properties, needed: readonly string[] = required) => {
      server.entries = [entry(fields, needed)];
      const run = await sync(server.url, specs);
      const text = readFileSync(path, "utf8");
      expect((await sync(server.url, specs)).by("unchanged")).toEqual(["a/b"]);
      expect(readFileSync(path, "utf8")).toBe(text);
      return { ...run, input: JSON.parse(text).input as Loose };
    },
  };
};

const count = { type: "integer", minimum: 1, maximum: 100, description: "How many." };
const size = { type: "string", enum: ["1K", "2K", "4K"], description: "How large." };

/** What can be done by hand to a spec with the fields `count` and `size`, of which `size` is required. */
const edits: readonly (readonly [what: string, change: (input: Loose) => void])[] = [
  ["a limit", (input) => (input.properties.count.maximum = 50)],
  ["a limit that was taken out", (input) => delete input.properties.count.maximum],
  ["a value that was taken out", (input) => input.properties.size.enum.pop()],
  ["a value that was added", (input) => input.properties.size.enum.push("8K")],
  ["a type", (input) => (input.properties.count.type = "number")],
  [
    "a list of alternatives",
    (input) => (input.properties.count = { description: "Ours.", anyOf: [{ type: "integer" }, size] }),
  ],
  ["a field that need not be there", (input) => (input.required = [])],
  ["a field that must be there", (input) => input.required.push("count")],
  ["a list of required fields that was taken out", (input) => delete input.required],
  ["a field that was taken out", (input) => delete input.properties.count],
  ["a field that was added", (input) => (input.properties.extra = { type: "boolean" })],
];

describe("what was changed by hand stays as long as the catalogue says the same", () => {
  test.each(edits)("%s", async (_, change) => {
    const model = await start({ count, size }, ["size"]);
    model.edit(change);
    const wanted = { type: "object", properties: { count, size }, required: ["size"] };
    const copy = structuredClone(wanted);
    change(copy);
    expect((await model.sync()).input).toEqual(copy);
  });

  test.each(edits)("%s, while other fields change and come", async (_, change) => {
    const model = await start({ count, size, other: { type: "string" } }, ["size"]);
    model.edit(change);
    const later = { count, size, other: { type: "integer" }, more: { type: "string" } };
    const wanted = { type: "object", properties: later, required: ["size"] };
    const copy = structuredClone(wanted);
    change(copy);
    const { input, exitCode } = await model.sync(later);
    expect(input).toEqual(copy);
    expect(exitCode).toBe(0);
  });
});

test("a field that was taken out is named, and comes back when the catalogue says something new of it", async () => {
  const model = await start({ count, size });
  model.edit((input) => delete input.properties.count);
  expect((await model.sync()).warned[0]).toBe(
    "note: a/b: in the catalogue, but taken out of the spec, so left out: count",
  );
  const later = { ...count, maximum: 200 };
  expect((await model.sync({ count: later, size })).input.properties.count).toEqual(later);
});

test("a limit that was kept is named with the catalogue's, each week", async () => {
  const model = await start({ count, size });
  model.edit((input) => (input.properties.count.maximum = 50));
  const said = "note: a/b: changed by hand, so kept: /properties/count/maximum 50 (the catalogue: 100)";
  expect((await model.sync()).warned).toContain(said);
  expect((await model.sync()).warned).toContain(said);
});

test("conditions beside fields, which no catalogue shows, stay as they are documented", async () => {
  const model = await start({ count, size });
  const anyOf = [{ required: ["count"] }, { properties: { size: { enum: ["1K"] } } }];
  model.edit((input) => (input.anyOf = anyOf));
  const { input } = await model.sync({ count: { ...count, maximum: 60 }, size });
  expect(input.anyOf).toEqual(anyOf);
  expect(input.properties.count.maximum).toBe(60);
});

test("a limit by hand goes when the catalogue has another one", async () => {
  const model = await start({ count, size });
  model.edit((input) => (input.properties.count.maximum = 50));
  await model.sync();
  const { input } = await model.sync({ count: { ...count, maximum: 200 }, size });
  expect(input.properties.count.maximum).toBe(200);
});

test("a field that was changed on both sides between two syncs follows the catalogue, and is named", async () => {
  const model = await start({ count, size });
  model.edit((input) => {
    input.properties.count.maximum = 50;
    input.properties.size.description = "Ours.";
  });
  const run = await model.sync({ count: { ...count, minimum: 0 }, size });
  expect(run.input.properties).toEqual({
    count: { ...count, minimum: 0 },
    size: { ...size, description: "Ours." },
  });
  expect(run.warned[0]).toBe(
    "note: a/b: changed by hand and in the catalogue, so the catalogue's facts were taken: count",
  );
});

test("a field that was changed by hand goes where the catalogue lists it no more", async () => {
  const model = await start({ count, size });
  model.edit((input) => (input.properties.count.maximum = 50));
  expect(Object.keys((await model.sync({ size })).input.properties)).toEqual(["size"]);
});

describe("the wording of alternatives", () => {
  const text = { type: "string", description: "Theirs: a text." };
  const number = { type: "integer", description: "Theirs: a number." };
  const ours = {
    text: { ...text, description: "Our text." },
    number: { ...number, description: "Our number." },
  };
  const startWith = async (...anyOf: object[]) => {
    const model = await start({ a: { anyOf } });
    model.edit((input) => {
      for (const branch of input.properties.a.anyOf)
        branch.description = branch.type === "string" ? "Our text." : "Our number.";
    });
    return async (...later: object[]) => (await model.sync({ a: { anyOf: later } })).input.properties.a.anyOf;
  };

  test("stays where one is added before them", async () => {
    const later = await startWith(text, number);
    expect(await later({ type: "null" }, text, number)).toEqual([{ type: "null" }, ours.text, ours.number]);
  });

  test("goes with them to another place", async () => {
    const later = await startWith(text, number);
    expect(await later(number, text)).toEqual([ours.number, ours.text]);
  });

  test("stays where their facts change", async () => {
    const later = await startWith(text, number);
    expect(await later({ type: "null" }, { ...number, maximum: 9 }, { ...text, maxLength: 9 })).toEqual([
      { type: "null" },
      { ...ours.number, maximum: 9 },
      { ...ours.text, maxLength: 9 },
    ]);
  });

  test("goes with the alternative that is gone, and does not pass to another type", async () => {
    const later = await startWith(text, number);
    expect(await later(text, { type: "null" })).toEqual([ours.text, { type: "null" }]);
  });

  test("stays on the objects that are most alike", async () => {
    const object = (...names: string[]) => ({
      type: "object",
      properties: Object.fromEntries(names.map((name) => [name, { type: "string" }])),
    });
    const model = await start({ a: { anyOf: [object("x", "y"), object("p", "q")] } });
    model.edit((input) => (input.properties.a.anyOf[1].description = "Ours."));
    const { input } = await model.sync({ a: { anyOf: [object("p", "q", "r"), object("x")] } });
    expect(input.properties.a.anyOf).toEqual([
      { ...object("p", "q", "r"), description: "Ours." },
      object("x"),
    ]);
  });
});
