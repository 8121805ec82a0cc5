import { readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { diffSpecs } from "../../../codegen/diff/spec-diff.js";
import { makeFolder, readFiles } from "../generate/temporary.js";
import { entryOf, startCatalogue, sync } from "./catalogue-server.js";

const fields = {
  prompt: { type: "string", description: "What to make." },
  size: { type: "string", enum: ["1K", "2K"], default: "1K" },
  seed: { type: "integer" },
};
const monday = [
  entryOf("maker/gone"),
  entryOf("maker/same", fields),
  entryOf("maker/breaks", fields),
  entryOf("maker/grows", fields),
  entryOf("maker/reworded", fields),
  entryOf("maker/dearer", fields),
];
const nextMonday = [
  entryOf("maker/new"),
  entryOf("maker/same", fields),
  entryOf("maker/breaks", { prompt: fields.prompt, size: { type: "string", enum: ["2K"], default: "2K" } }),
  entryOf("maker/grows", { ...fields, style: { type: "string" } }),
  entryOf("maker/reworded", { ...fields, prompt: { type: "string", description: "What the image shows." } }),
  entryOf("maker/dearer", fields, { base_price_usd: 0.07 }),
];

test("a week later one screen says what changed, and how much it matters", async () => {
  const specs = makeFolder();
  const server = await startCatalogue(monday);
  const first = await sync(server.url, specs);
  expect([first.by("created").length, first.exitCode]).toEqual([6, 0]);
  const old = makeFolder(readFiles(specs));
  server.entries = nextMonday;
  const run = await sync(server.url, specs);
  expect(run.exitCode).toBe(0);
  expect(run.printed).toEqual([
    "created maker/new",
    "updated maker/breaks",
    '  breaking   /input/properties/size/enum: no longer takes "1K"',
    '  compatible /input/properties/size/default: the default changed from "1K" to "2K"; calls that leave the field out give another result',
    "  breaking   /input/properties/seed: the field seed is gone",
    "updated maker/grows",
    "  compatible /input/properties/style: the field style is new",
    "updated maker/reworded",
    '  wording    /input/properties/prompt/description: description changed from "What to make." to "What the image shows."',
    "updated maker/dearer",
    "  compatible /catalogue/base_price_usd: base_price_usd changed from 0.05 to 0.07",
    "missing maker/gone",
    '  breaking   /catalogue/missing_since: the catalogue lists the model no more, since "2026-01-08"',
  ]);
  expect(run.warned).toEqual(["7 models: 1 created, 4 updated, 1 missing, 1 unchanged."]);
  const { models, kind } = diffSpecs({ from: old, to: specs, specs });
  expect(kind).toBe("breaking");
  expect(Object.fromEntries(models.map((model) => [model.id, `${model.state} ${model.kind}`]))).toEqual({
    "maker/breaks": "changed breaking",
    "maker/dearer": "changed compatible",
    "maker/gone": "changed breaking",
    "maker/grows": "changed compatible",
    "maker/new": "added compatible",
    "maker/reworded": "changed wording",
  });
});

test("a model that comes back is no longer marked; one that stays away keeps its first day", async () => {
  const specs = makeFolder();
  const server = await startCatalogue(monday);
  await sync(server.url, specs);
  server.entries = monday.slice(2);
  expect((await sync(server.url, specs)).by("missing")).toEqual(["maker/gone", "maker/same"]);
  server.entries = monday.slice(1);
  const later = await sync(server.url, specs, { today: "2026-02-01" });
  expect([later.by("missing"), later.by("updated")]).toEqual([[], ["maker/same"]]);
  expect(later.printed[1]).toMatch(/^ {2}compatible \/catalogue\/missing_since/);
  expect(readFileSync(join(specs, "maker/gone.json"), "utf8")).toContain('"missing_since": "2026-01-08"');
});

test("a model of which the catalogue says nothing but its schema breaks too when it goes", async () => {
  const specs = makeFolder();
  const bare = { model_id: "maker/bare", input_schema: entryOf("x").input_schema };
  const server = await startCatalogue([bare, entryOf("maker/same")]);
  await sync(server.url, specs);
  const old = makeFolder(readFiles(specs));
  server.entries.shift();
  const run = await sync(server.url, specs);
  const breaking = '/catalogue/missing_since: the catalogue lists the model no more, since "2026-01-08"';
  expect(run.printed).toEqual(["missing maker/bare", `  breaking   ${breaking}`]);
  expect(diffSpecs({ from: old, to: specs, specs }).kind).toBe("breaking");
});

test("nothing counts as missing where only a part of the catalogue was asked for", async () => {
  const specs = makeFolder();
  const server = await startCatalogue(monday);
  await sync(server.url, specs);
  server.entries = monday.slice(1);
  for (const part of [{ search: "x" }, { category: "x" }, { ids: ["maker/s*"] }])
    expect((await sync(server.url, specs, part)).by("missing")).toEqual([]);
  expect((await sync(server.url, specs, { ids: ["maker/*"] })).by("missing")).toEqual(["maker/gone"]);
});

test("a model that the catalogue never had is never marked as missing", async () => {
  const own = JSON.stringify({ input: { type: "object", properties: { a: { type: "string" } } } });
  const specs = makeFolder({ "mine/alone.json": own });
  const server = await startCatalogue(monday);
  expect((await sync(server.url, specs)).by("missing")).toEqual([]);
  expect(readFiles(specs)["mine/alone.json"]).toBe(own);
});

test("an entry that becomes unreadable leaves its spec as it is, and is not missing", async () => {
  const specs = makeFolder();
  const server = await startCatalogue(monday);
  await sync(server.url, specs);
  const before = readFiles(specs);
  server.entries = monday.map((entry, at) =>
    at === 1 ? { ...entry, input_schema: { type: "array" } } : entry,
  );
  const run = await sync(server.url, specs);
  expect([run.by("skipped"), run.by("missing"), run.exitCode]).toEqual([["maker/same"], [], 1]);
  expect(readFiles(specs)).toEqual(before);
  // Without any schema the price is still worth having.
  server.entries = monday.map((entry, at) =>
    at === 1 ? { ...entry, input_schema: null, base_price_usd: 9 } : entry,
  );
  const bare = await sync(server.url, specs);
  expect([bare.by("skipped"), bare.exitCode]).toEqual([["maker/same"], 1]);
  expect(readFiles(specs)["maker/same.json"]).toBe(
    before["maker/same.json"]!.replace('"base_price_usd": 0.05', '"base_price_usd": 9'),
  );
});

test("files that do not change are not touched, however the entry is spelled", async () => {
  const specs = makeFolder();
  const server = await startCatalogue(monday);
  await sync(server.url, specs);
  const files = Object.keys(readFiles(specs)).map((path) => join(specs, path));
  for (const file of files) utimesSync(file, 1000, 1000);
  server.entries = monday.map((entry) => Object.fromEntries(Object.entries(entry).reverse())).reverse();
  const run = await sync(server.url, specs);
  expect(run.by("unchanged")).toHaveLength(6);
  expect(files.map((file) => statSync(file).mtimeMs)).toEqual(files.map(() => 1_000_000));
});

test("a dry run prints what would change and writes nothing", async () => {
  const specs = makeFolder();
  const server = await startCatalogue(monday);
  await sync(server.url, specs);
  const before = readFiles(specs);
  server.entries = nextMonday;
  const dry = await sync(server.url, specs, { dryRun: true });
  expect(readFiles(specs)).toEqual(before);
  expect(dry.printed.filter((line) => !line.startsWith(" "))).toContain("would be created maker/new");
  const wet = await sync(server.url, specs);
  expect(dry.printed.map((line) => line.replace("would be ", ""))).toEqual(wet.printed);
});

test("our wording, notes, source, example and output stay; the facts follow the catalogue", async () => {
  const server = await startCatalogue(monday);
  const specs = makeFolder();
  await sync(server.url, specs);
  const path = join(specs, "maker/breaks.json");
  const spec = JSON.parse(readFileSync(path, "utf8"));
  const ours = {
    title: "Our title",
    description: "Our description.",
    notes: ["Ours."],
    source: { url: "https://www.runcomfy.com/x", read: "2026-01-01" },
    example: { prompt: "A boat." },
    output: { type: "object", properties: { image: { type: "string", format: "uri" } } },
  };
  Object.assign(spec, ours);
  spec.input.properties.prompt.description = "Our own words.";
  writeFileSync(path, JSON.stringify(spec));
  server.entries = nextMonday;
  await sync(server.url, specs);
  const synced = JSON.parse(readFileSync(path, "utf8"));
  expect(synced).toMatchObject(ours);
  expect(synced.input.properties).toEqual({
    prompt: { type: "string", description: "Our own words." },
    size: { type: "string", enum: ["2K"], default: "2K" },
  });
});

test("the types follow: the price, the categories and the media of the catalogue reach the generated files", async () => {
  const { generate } = await import("../../../codegen/generate/generation.js");
  const server = await startCatalogue([
    entryOf(
      "maker/film",
      {
        prompt: { type: "string" },
        image: { type: "string", format: "image_uri" },
        clips: { type: "array", items: { type: "string" }, format: "video_uris" },
      },
      { categories: ["image-to-video"], price_unit: "second", pricing_note: "1080p costs double." },
    ),
  ]);
  const [specs, out] = [makeFolder(), makeFolder()];
  await sync(server.url, specs);
  expect((await generate({ specs, out })).diagnostics).toEqual([]);
  const files = readFiles(out);
  expect(files["models/maker/film.ts"]).toContain(
    'bound: "atLeast", note: "1080p costs double.", readOn: "2026-01-08" }',
  );
  expect(files["models/maker/film.ts"]).toContain("Category: image-to-video.");
  expect(files["models/maker/film.ts"]).toContain("Price: from $0.05 per second, read on 2026-01-08.");
  server.entries = [entryOf("maker/other")];
  await sync(server.url, specs);
  await generate({ specs, out });
  const later = readFiles(out);
  expect(later["models/maker/film.ts"]).toContain("has not listed this model since 2026-01-08");
  expect(later["catalogue.ts"]).toContain('missingSince: "2026-01-08"');
  const [model] = JSON.parse(files["catalogue.json"]!).models;
  expect(model).toMatchObject({
    title: "Model maker/film",
    categories: ["image-to-video"],
    kind: "model",
    input: {
      properties: {
        image: { format: "uri", "x-media": { kind: "image" } },
        clips: { items: { format: "uri", "x-media": { kind: "video" } } },
      },
    },
  });
});

test("stopped between two files, all are whole, and the next run goes on", async () => {
  const server = await startCatalogue(monday);
  const specs = makeFolder();
  const stop = new AbortController();
  const stopped = sync(server.url, specs, {
    signal: stop.signal,
    progress: (step) => step.startsWith("4 of") && stop.abort(new Error("Ctrl-C")),
  });
  await expect(stopped).rejects.toThrow("Ctrl-C");
  const first = readFiles(specs);
  expect(Object.keys(first).length).toBeLessThan(6);
  for (const text of Object.values(first)) JSON.parse(text);
  const rest = await sync(server.url, specs);
  expect(rest.by("unchanged").length).toBe(Object.keys(first).length);
  expect(Object.keys(readFiles(specs))).toHaveLength(6);
});

test("a price has the day on which it was first read; the file of an unchanged one is left alone", async () => {
  const specs = makeFolder();
  const server = await startCatalogue(monday);
  await sync(server.url, specs, { today: "2026-01-05" });
  const dayOf = (id: string): unknown =>
    JSON.parse(readFileSync(join(specs, `${id}.json`), "utf8")).catalogue.price_read;
  const read = readFiles(specs);
  expect(dayOf("maker/dearer")).toBe("2026-01-05");
  await sync(server.url, specs, { today: "2026-01-12" });
  expect(readFiles(specs)).toEqual(read);
  server.entries = [...monday.slice(0, -1), entryOf("maker/dearer", fields, { base_price_usd: 0.07 })];
  const later = await sync(server.url, specs, { today: "2026-01-19" });
  expect(later.by("updated")).toEqual(["maker/dearer"]);
  expect(later.printed.join()).not.toContain("price_read");
  expect([dayOf("maker/dearer"), dayOf("maker/same")]).toEqual(["2026-01-19", "2026-01-05"]);
});
