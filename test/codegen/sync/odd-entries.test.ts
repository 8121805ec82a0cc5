import { expect, test } from "vitest";

import { makeFolder, readFiles } from "../generate/temporary.js";
import { entryOf, startCatalogue, sync } from "./catalogue-server.js";

const schemaOf = (properties: object, more: object = {}) => ({
  input_schema: { type: "object", properties, ...more },
});
const nest = (depth: number): object => {
  let schema: object = { type: "string" };
  for (let level = 0; level < depth; level++) schema = { type: "object", properties: { inner: schema } };
  return schema;
};

/** Entries that cannot become a spec, each with a part of what is said of it. */
const unusable: readonly (readonly [what: string, entry: unknown, says: string])[] = [
  ["null", null, "it is null"],
  ["a text", "kling/x", "not an object"],
  ["a list", [entryOf("a/b")], "not an object"],
  ["no id", { ...entryOf("a/nameless"), model_id: undefined }, "no model_id"],
  ["a number as id", entryOf("x", {}, { model_id: 7 }), "model_id is 7"],
  ["an empty id", entryOf(""), 'model_id is ""'],
  ["an id of spaces", entryOf("  "), "model_id"],
  ["an id that climbs", entryOf("../../etc/passwd"), "another folder"],
  ["an id from the root", entryOf("/etc/passwd"), "is empty"],
  ["an id with a backslash", entryOf("a\\b/c"), "forbids"],
  ["an id with a NUL", entryOf("a/b\u0000c"), "cannot be seen"],
  ["an id that reaches a prototype", entryOf("__proto__/x"), "prototype"],
  ["an id with a question mark", entryOf("a/b?token=1"), "forbids"],
  ["an id that decodes", entryOf("a/%2e%2e/b"), "%"],
  ["an id of a device", entryOf("a/con"), "device"],
  ["an id that hides", entryOf(".git/config"), "hidden"],
  ["an id of one part", entryOf("api"), "cannot be called"],
  ["an id outside ASCII", entryOf("模型/图像"), "cannot be called"],
  ["an endless id", entryOf(`a/${"b".repeat(300)}`), "200 characters"],
  ["no schema", entryOf("a/none", {}, { input_schema: undefined }), "no input_schema"],
  ["a null schema", entryOf("a/null", {}, { input_schema: null }), "no input_schema"],
  ["an empty schema", entryOf("a/empty", {}, { input_schema: {} }), "empty"],
  ["a schema of text", entryOf("a/soon", {}, { input_schema: "coming soon" }), "text, not a schema"],
  ["a schema as a list", entryOf("a/list", {}, { input_schema: [{ name: "prompt" }] }), "not an object"],
  ["a schema of a list", entryOf("a/array", {}, { input_schema: { type: "array" } }), "has to be object"],
  ["a schema without its fields", entryOf("a/bare", {}, { inputs: ["prompt"] }), "counts 1"],
  ["endless depth", entryOf("a/deep", { x: nest(50) }), "too deeply"],
  [
    "a schema of megabytes",
    entryOf("a/large", { x: { type: "string", description: "x".repeat(2 ** 21) } }),
    "2 MiB",
  ],
];

/** Entries that are odd, but mean only one thing, with what the spec then says. */
const usable: readonly (readonly [what: string, entry: object, spec: object])[] = [
  [
    "a property named __proto__",
    entryOf(
      "b/proto",
      JSON.parse('{ "a": { "type": "string" }, "__proto__": { "type": "string" } }') as object,
    ),
    { input: { properties: { a: { type: "string" } } } },
  ],
  ["properties as a list", entryOf("b/plist", {}, { input_schema: { properties: [] } }), { input: {} }],
  ["a reference to nowhere", entryOf("b/ref", { x: { $ref: "#/$defs/No" } }), { input: {} }],
  ["a reference to the network", entryOf("b/net", { x: { $ref: "https://x.org/s.json" } }), { input: {} }],
  ["a reference to itself", entryOf("b/cycle", { x: { $ref: "#/properties/x" } }), { input: {} }],
  ["an empty enum", entryOf("b/enum", { x: { type: "string", enum: [] } }), { input: {} }],
  [
    "limits without room",
    entryOf("b/room", { x: { type: "integer", minimum: 5, maximum: 1 } }),
    { input: { properties: { x: { type: "integer" } } } },
  ],
  [
    "nulls everywhere",
    entryOf("b/nulls", undefined, {
      display_name: null,
      description: null,
      categories: null,
      kind: null,
      base_price_usd: null,
      price_unit: null,
      model_url: null,
    }),
    { catalogue: { input_seen: expect.any(String) } },
  ],
  [
    "a price as text",
    entryOf("b/price", undefined, { base_price_usd: "0.08" }),
    { catalogue: { base_price_usd: 0.08, price_unit: "image" } },
  ],
  [
    "a price with a sign",
    entryOf("b/dollar", undefined, { base_price_usd: "$0.08" }),
    { catalogue: { base_price_usd: 0.08 } },
  ],
  [
    "a unit in other words",
    entryOf("b/unit", undefined, { price_unit: "Per Second" }),
    { catalogue: { price_unit: "second" } },
  ],
  [
    "an unknown unit",
    entryOf("b/megapixel", undefined, { price_unit: "megapixel" }),
    { catalogue: { base_price_usd: 0.05, pricing_note: "The price is per megapixel." } },
  ],
  [
    "a negative price",
    entryOf("b/negative", undefined, { base_price_usd: -1 }),
    { catalogue: { price_unit: "image" } },
  ],
  [
    "categories as text",
    entryOf("b/category", undefined, { categories: "image-to-video, editing" }),
    { catalogue: { categories: ["image-to-video", "editing"] } },
  ],
  [
    "categories with holes",
    entryOf("b/holes", undefined, { categories: ["a", null, 3, "a"] }),
    { catalogue: { categories: ["a"] } },
  ],
  [
    "an unknown kind",
    entryOf("b/kind", undefined, { kind: "pipeline" }),
    { catalogue: { display_name: "Model b/kind" } },
  ],
  [
    "a hostile address",
    entryOf("b/address", undefined, { model_url: "javascript:alert(1)" }),
    { catalogue: { kind: "model" } },
  ],
  [
    "fields of tomorrow",
    entryOf("b/tomorrow", undefined, { x: { y: [null] }, version: 3 }),
    { input: { type: "object" } },
  ],
  [
    "a schema as JSON text",
    entryOf("b/text", undefined, {
      input_schema: JSON.stringify(schemaOf({ a: { type: "string" } }).input_schema),
    }),
    { input: { properties: { a: { type: "string" } } } },
  ],
  [
    "a wrapped schema",
    entryOf("b/wrapped", undefined, { input_schema: schemaOf({ a: { type: "string" } }) }),
    { input: { properties: { a: { type: "string" } } } },
  ],
  [
    "limits as text",
    entryOf("b/limits", { n: { type: "integer", minimum: "1", maximum: "9007199254740993" } }),
    { input: { properties: { n: { minimum: 1 } } } },
  ],
  [
    "definitions",
    entryOf(
      "b/defs",
      undefined,
      schemaOf({ a: { $ref: "#/$defs/A" } }, { $defs: { A: { type: "string", enum: ["x"] } } }),
    ),
    { input: { properties: { a: { $ref: "#/$defs/A" } } } },
  ],
  [
    "unknown formats, types and keywords",
    entryOf("b/unknown", { a: { type: "colour", format: "hex", ui: { widget: "picker" } } }),
    { input: { properties: { a: { type: "colour" } } } },
  ],
  [
    "spaces in the id",
    entryOf("minimax/Hailuo Video 01 Live"),
    { catalogue: { display_name: "Model minimax/Hailuo Video 01 Live" } },
  ],
  [
    "wording that bites",
    entryOf("b/bite", {
      a: { type: "string", title: "`${x}` */ </script>\u2028", description: "\u202e'\"" },
    }),
    { input: {} },
  ],
  [
    "required only beside the schema",
    entryOf("b/needed", undefined, { ...schemaOf({ a: { type: "string" } }), required_inputs: ["a", "z"] }),
    { input: { required: ["a"] } },
  ],
];

test("each odd entry is reported and skipped, or read as what it means, and every spec generates", async () => {
  const good = entryOf("good/model");
  const server = await startCatalogue([
    ...unusable.map(([, entry]) => entry),
    ...usable.map(([, entry]) => entry),
    good,
  ]);
  const specs = makeFolder();
  const run = await sync(server.url, specs);
  expect(run.exitCode).toBe(1);
  const reasons = run.outcomes.filter(({ state }) => state === "skipped").map(({ reason }) => reason);
  unusable.forEach(([what, , says], at) => expect(reasons[at], what).toContain(says));
  expect(reasons).toHaveLength(unusable.length);
  const files = readFiles(specs);
  expect(Object.keys(files)).toEqual(
    [...usable.map(([, entry]) => (entry as { model_id: string }).model_id), "good/model"]
      .map((id) => `${id}.json`)
      .sort(),
  );
  for (const [what, entry, spec] of usable) {
    const { model_id: id } = entry as { model_id: string };
    expect(JSON.parse(files[`${id}.json`]!), what).toMatchObject(spec);
  }
  expect((await sync(server.url, specs)).by("unchanged")).toHaveLength(usable.length + 1);
  expect(files["b/limits.json"]).toContain('"maximum": 9007199254740993');
  const { generate } = await import("../../../codegen/generate/generation.js");
  const { diagnostics } = await generate({ specs, out: makeFolder() });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
});

test("an entry without a schema is asked for by its id", async () => {
  const server = await startCatalogue([entryOf("a/lazy")]);
  server.bend = (page) => ({
    ...page,
    models: (page["models"] as object[]).map((entry) => ({ ...entry, input_schema: undefined })),
  });
  const specs = makeFolder();
  expect((await sync(server.url, specs)).by("created")).toEqual(["a/lazy"]);
  expect(server.requests[1]).toBe("/v1/models/a/lazy");
});

test("of two ids that differ only in case one gets the file, the same one every week", async () => {
  const server = await startCatalogue([
    entryOf("kling/kling-3.0/4K/edit"),
    entryOf("kling/kling-3.0/4k/edit"),
  ]);
  const specs = makeFolder();
  const first = await sync(server.url, specs);
  expect(first.by("created")).toEqual(["kling/kling-3.0/4K/edit"]);
  expect(first.warned.join("\n")).toMatch(
    /skipped kling\/kling-3.0\/4k\/edit: it differs from kling\/kling-3.0\/4K\/edit only in upper and lower case/,
  );
  server.entries.reverse();
  const second = await sync(server.url, specs);
  expect([second.by("unchanged"), second.by("skipped"), second.exitCode]).toEqual([
    ["kling/kling-3.0/4K/edit"],
    ["kling/kling-3.0/4k/edit"],
    1,
  ]);
});

test("models in folders that differ only in case are written with a warning", async () => {
  const server = await startCatalogue([entryOf("kling/4K/edit"), entryOf("kling/4k/make")]);
  const run = await sync(server.url, makeFolder());
  expect(run.by("created")).toEqual(["kling/4K/edit", "kling/4k/make"]);
  expect(run.warned.join("\n")).toContain("kling/4k/make: its folder differs from kling/4K only in case");
  expect(run.exitCode).toBe(0);
});

test.each([
  ["the file first", ["a/b", "a/b.ts/c"]],
  ["the folder first", ["a/B.ts/c", "a/b"]],
])("of two models whose modules are a file and a folder of one name one is taken: %s", async (_, ids) => {
  const server = await startCatalogue([...ids.map((id) => entryOf(id)), entryOf("a/c")]);
  const specs = makeFolder();
  const first = await sync(server.url, specs);
  expect([first.by("created"), first.by("skipped")]).toEqual([[ids[0], "a/c"], [ids[1]]]);
  expect(first.warned[0]).toContain(`cannot both be written: one would be a file`);
  const { generate } = await import("../../../codegen/generate/generation.js");
  expect((await generate({ specs, out: makeFolder() })).diagnostics).toEqual([]);
  server.entries.reverse();
  expect((await sync(server.url, specs)).by("skipped")).toEqual([ids[1]]);
});

test("of two such models that both have a spec already, one is still brought up to date", async () => {
  const entries = [entryOf("a/b"), entryOf("a/b.ts/c")];
  const [spec, server] = [{ input: { type: "object" } }, await startCatalogue(entries)];
  const run = await sync(server.url, makeFolder({ "a/b.json": spec, "a/b.ts/c.json": spec }));
  expect([run.by("updated"), run.by("skipped")]).toEqual([["a/b"], ["a/b.ts/c"]]);
});

test("an entry without a usable id is left out like any other", async () => {
  const server = await startCatalogue([
    entryOf("single"),
    entryOf("a/con"),
    entryOf("x", {}, { model_id: 7 }),
    null,
    entryOf("kling/a"),
  ]);
  const skippedBy = async (...ids: string[]) => {
    const run = await sync(server.url, makeFolder(), { ids });
    return [run.by("skipped"), run.exitCode];
  };
  expect(await skippedBy("kling/*")).toEqual([[], 0]);
  expect(await skippedBy("!single", "!7", "!")).toEqual([['"a/con"'], 1]);
  expect(await skippedBy("!single", "!7", "!", "!*/con")).toEqual([[], 0]);
  expect(await skippedBy("single")).toEqual([['"single"'], 1]);
});

test("an id listed twice with different contents is reported, and the first is taken", async () => {
  const server = await startCatalogue([
    entryOf("a/b"),
    entryOf("a/b", { other: { type: "string" } }),
    entryOf("a/b"),
  ]);
  const specs = makeFolder();
  const run = await sync(server.url, specs);
  expect([run.by("created"), run.by("skipped"), run.exitCode]).toEqual([["a/b"], ["a/b"], 1]);
  expect(readFiles(specs)["a/b.json"]).toContain('"prompt"');
});

test("a spec file that is broken is left alone, and the rest goes on", async () => {
  const server = await startCatalogue([
    entryOf("a/b"),
    entryOf("a/c"),
    entryOf("a/d"),
    entryOf("a/d.json/e"),
  ]);
  const specs = makeFolder({ "a/b.json": "{ broken" });
  const run = await sync(server.url, specs);
  expect([run.by("created"), run.by("skipped")]).toEqual([
    ["a/c", "a/d"],
    ["a/b", "a/d.json/e"],
  ]);
  expect(readFiles(specs)["a/b.json"]).toBe("{ broken");
});
