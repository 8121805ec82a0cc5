import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { generate } from "../../../codegen/generate/generation.js";
import { startEmulator } from "../../../src/emulator/index.js";
import { modelOfEntry } from "../../../src/dialect/entry/entry-model.js";
import { mayMultiply } from "../../../src/input/price-multiplier.js";
import { createClient, estimate } from "../../../src/index.js";
import type { CheckedModel, Price, Schema } from "../../../src/index.js";
import { entryOf, startCatalogue, sync } from "../../codegen/sync/catalogue-server.js";
import { makeFolder } from "../../codegen/generate/temporary.js";

const film = entryOf(
  "maker/film",
  { prompt: { type: "string" }, duration: { type: "integer", enum: [4, 8], default: 4 } },
  { price_unit: "second", base_price_usd: "0.10", pricing_note: "Flat rate." },
);

/** A catalogue entry on its whole way: synced, generated, compiled, loaded. */
const loadModel = async (entry: ReturnType<typeof entryOf>): Promise<CheckedModel> => {
  const [specs, out] = [makeFolder(), makeFolder()];
  const server = await startCatalogue([entry]);
  expect((await sync(server.url, specs)).exitCode).toBe(0);
  expect((await generate({ specs, out })).diagnostics).toEqual([]);
  const outfile = join(out, "module.mjs");
  await build({ entryPoints: [join(out, `models/${entry.model_id}.ts`)], outfile, format: "esm" });
  return ((await import(outfile)) as { model: CheckedModel }).model;
};

describe("a price of the live catalogue", () => {
  test("reaches the module, the estimate, and the limit that refuses before the POST", async () => {
    const model = await loadModel(film);
    expect(model.price).toMatchObject({ usd: 0.1, unit: "second", bound: "exact", note: "Flat rate." });
    expect(estimate(model, { prompt: "x", duration: 8 })).toEqual({
      usd: 0.8,
      basis: "8 seconds at $0.1",
      bound: "exact",
      note: "The catalogue remarks: Flat rate.",
    });
    const emulator = await startEmulator({ models: [model], queueMs: 0, runMs: 0 });
    const client = createClient({ baseUrl: emulator.url, token: emulator.token });
    const input = { prompt: "x", duration: 8 };
    const refusal = {
      code: "input",
      modelId: "maker/film",
      message: expect.stringContaining("costs about $0.8 (8 seconds at $0.1), more than maxUsd 0.79"),
    };
    await expect(client.submit(model, input, { maxUsd: 0.79 })).rejects.toMatchObject(refusal);
    await expect(client.run(model, input, { maxUsd: 0.79 })).rejects.toMatchObject(refusal);
    expect(emulator.requests).toEqual([]);
    await client.submit(model, input, { maxUsd: 0.8 });
    await client.submit(model, { prompt: "x" }, { maxUsd: 0.4 });
    expect(emulator.jobs.map((job) => job.costUsd)).toEqual([0.8, 0.4]);
    await emulator.close();
  });

  test("is a starting price where the entry does not say that it is fixed, so no limit lets it through", async () => {
    const model = await loadModel({ ...film, pricing_note: null });
    expect(model.price).toMatchObject({ usd: 0.1, unit: "second", bound: "atLeast" });
    const client = createClient({ token: "t", baseUrl: "http://127.0.0.1:1" });
    await expect(client.submit(model, { prompt: "x" }, { maxUsd: 100 })).rejects.toThrow(
      "$0.4 (4 seconds at $0.1) is only a starting price",
    );
  });

  const priceBoth = async (properties: Record<string, object>, input: object) => {
    const entry = entryOf(
      "maker/film",
      { prompt: { type: "string" }, ...properties },
      {
        price_unit: "second",
        base_price_usd: "0.10",
        pricing_note: "Flat rate.",
      },
    );
    const models = [await loadModel(entry), modelOfEntry("maker/film", entry)];
    return models.map((model) => {
      const { usd, bound } = estimate(model, { prompt: "x", ...input });
      return { usd, bound };
    });
  };

  test.each([
    { title: "Duration (minutes)" },
    { description: "Length of the song in minutes, up to 300 seconds." },
    { description: "How many hours the stream goes on." },
    { description: "Length in frames; 24 frames are a second." },
    { description: "Length in milliseconds." },
    { description: "Length of the song. A minute has 60 seconds." },
    { description: "Dauer in Minuten" },
    { title: "Duración (minutos)" },
    { title: "Durée (en heures)" },
    { title: "Длительность в минутах" },
    { description: "视频时长（分钟）" },
    { description: "動画の長さ（分）" },
    { description: "길이(분)" },
    { "x-unit": "minutes" },
    { "x-unit": "fortnights" },
  ])("is a starting price where %j says that the length is not in seconds", async (wording) => {
    const duration = { type: "integer", minimum: 1, ...wording };
    const price = { usd: 0.1, bound: "atLeast" };
    expect(await priceBoth({ duration }, { duration: 2 })).toEqual([price, price]);
  });

  test.each([
    {},
    { title: "Duration (s)", description: "5 or 10." },
    { description: "Length of the video in seconds, at most 2 minutes." },
    { description: "Number of seconds; a minute is 60." },
    { description: "In minutes, says the page, which is wrong.", "x-unit": "seconds" },
  ])("counts seconds where %j leaves the unit of the length as it is", async (wording) => {
    const duration = { type: "integer", minimum: 1, ...wording };
    const price = { usd: 0.2, bound: "exact" };
    expect(await priceBoth({ duration }, { duration: 2 })).toEqual([price, price]);
  });

  test("counts every result, whatever the field is called", async () => {
    const duration = { type: "integer" };
    const price = { usd: 0.6, bound: "exact" };
    for (const fields of [
      { samples: { type: "integer" } },
      { num_clips: { type: "integer" } },
      { takes: { type: "integer", "x-role": "outputs" } },
    ])
      expect(await priceBoth({ duration, ...fields }, { duration: 2, [Object.keys(fields)[0]!]: 3 })).toEqual(
        [price, price],
      );
  });

  test("counts the items of a long default, too", async () => {
    const prompts = { type: "array", items: { type: "string" }, default: ["a".repeat(60), "b".repeat(60)] };
    const price = { usd: 0.2, bound: "atLeast" };
    expect(await priceBoth({ duration: { type: "integer" }, prompts }, { duration: 2 })).toEqual([
      price,
      price,
    ]);
  });

  test("without a unit that is known there is no price, and any limit refuses", async () => {
    const model = await loadModel({ ...film, price_unit: "megapixel" });
    expect(model.price).toBeUndefined();
    const client = createClient({ token: "t", baseUrl: "http://127.0.0.1:1" });
    await expect(client.submit(model, { prompt: "x" }, { maxUsd: 100 })).rejects.toThrow(
      "the price is not known",
    );
  });
});

test("a text of many megabytes is read for an amount, and overflows no stack", () => {
  for (const part of ["x", " ", "\n", "1", "1,", "pt"])
    expect(() => mayMultiply("prompt", part.repeat(2 ** 22))).not.toThrow();
});

describe("a starting price is called one", () => {
  const priced = (price: Price, properties: { readonly [name: string]: Schema }) => ({
    input: { properties },
    price,
  });
  test.each<
    [what: string, price: Price, properties: { readonly [name: string]: Schema }, bound: string, note: string]
  >([
    [
      "a setting that may cost more",
      { usd: 1, unit: "output" },
      { resolution: { enum: ["480p", "720p"] } },
      "atLeast",
      "Starting price.",
    ],
    ...["num_videos", "sound", "num_inference_steps", "generate_audio"].map(
      (name): [string, Price, { readonly [name: string]: Schema }, string, string] => [
        `a ${name} that may cost more`,
        { usd: 1, unit: "second" },
        { duration: { type: "integer", default: 5 }, [name]: { type: "integer" } },
        "atLeast",
        "Starting price.",
      ],
    ),
    [
      "a size as free text",
      { usd: 1, unit: "output" },
      { image_size: { type: "string" } },
      "atLeast",
      "Starting price.",
    ],
    [
      "shots with a length each",
      { usd: 1, unit: "output" },
      { shots: { type: "array", items: { type: "object" } } },
      "atLeast",
      "Starting price.",
    ],
    ["a price of which nothing is said", { usd: 1, unit: "output" }, {}, "atLeast", "Starting price."],
    [
      "a remark of the catalogue",
      { usd: 1, unit: "output", note: "From $1." },
      {},
      "atLeast",
      "The catalogue remarks: From $1.",
    ],
    [
      "a setting whose name says nothing of money",
      { usd: 1, unit: "output" },
      { detail: { enum: ["plain", "rich"] } },
      "atLeast",
      "Starting price.",
    ],
    [
      "a price that is said to be one",
      { usd: 1, unit: "output", bound: "atLeast" },
      {},
      "atLeast",
      "Starting price.",
    ],
    ["a price of nothing", { usd: 0, unit: "output" }, {}, "atLeast", "may mean that none is known"],
    [
      "a length that the model chooses",
      { usd: 1, unit: "second" },
      { duration: { enum: ["auto", "5s", "10s"] } },
      "atLeast",
      "the shortest counts",
    ],
  ])("%s", (_, price, properties, bound, note) => {
    const found = estimate(priced(price, properties), {});
    expect([found.bound, found.note]).toEqual([bound, note === "" ? "" : expect.stringContaining(note)]);
  });

  test("but a price that is said to be exact is exact, whatever the settings and the remark", () => {
    const sound = { duration: { type: "integer", default: 5 }, sound: { type: "boolean" } } as const;
    const price: Price = { usd: 0.42, unit: "second", bound: "exact", note: "The same with sound." };
    expect(estimate(priced(price, sound), { sound: true })).toEqual({
      usd: 2.1,
      bound: "exact",
      basis: "5 seconds at $0.42",
      note: "The catalogue remarks: The same with sound.",
    });
    expect(estimate(priced(price, { duration: { enum: ["auto", "5"] } }), {})).toMatchObject({
      bound: "atLeast",
    });
  });

  test("and a price whose amount is not known is none, with the remark on what moves it", () => {
    const price: Price = { unit: "output", bound: "exact", note: "2K costs more." };
    expect(estimate(priced(price, {}), {})).toEqual({
      usd: null,
      bound: "atLeast",
      basis: "no price",
      note: "The catalogue states no price for this model. The catalogue remarks: 2K costs more.",
    });
  });

  test.each([
    ["seed", 7],
    ["aspect_ratio", "16:9"],
    ["image_size", "1024x1536"],
    ["resolution", "1080p"],
    ["num_inference_steps", 30],
    ["strength", 0.8],
    ["tags", "80s synthwave, 120 bpm"],
    ["generate_audio", true],
    ["start_image_url", "https://example.com/a.png"],
    ["loras", [{ path: "https://example.com/a", scale: 2 }]],
    ["sampler", "euler"],
    ["preset", "cinematic"],
    ["prompt", "3 dogs run through a field of tall grass."],
    ["generate_audio", true],
    ["quality", "720p"],
    ["seed", -1],
    ["prompt_extend", true],
    ["last_frame_url", "https://example.com/a,b.png"],
    ["prompt", "Two dogs run, a third sleeps; see https://example.com."],
  ])("a %s of %j leaves a fixed rate exact", (name, value) => {
    const properties = { duration: { default: 1 }, [name]: {} };
    for (const unit of ["output", "second"] as const) {
      const model = priced({ usd: 1, unit, bound: "exact" }, properties);
      expect(estimate(model, { [name]: value, duration: 8 }).bound).toBe("exact");
    }
  });

  test.each<[input: object, properties: { readonly [name: string]: Schema }]>([
    [{ copies: 3 }, { copies: {} }],
    [{ copies: "3" }, { copies: {} }],
    [{}, { copies: { default: 3 } }],
    [{ num_seeds: 2 }, { num_seeds: {} }],
    [{ images_per_prompt: 2 }, { images_per_prompt: {} }],
    [{ prompts: ["a", "b"] }, { prompts: { type: "array" } }],
    [{}, { prompts: { type: "array", default: ["a", "b"] } }],
    [{ images: ["https://example.com/a.png", "https://example.com/b.png"] }, { images: { type: "array" } }],
    [{ shots: [{ duration: 9 }] }, { shots: { type: "array" } }],
    [{ options: { count: 3 } }, { options: { type: "object" } }],
    [{ grid: "2x2" }, { grid: {} }],
    [{ sequential: "auto" }, { sequential: { enum: ["off", "auto"] } }],
    [{ variations: "four" }, { variations: { enum: ["one", "four"] } }],
    [{ end_time: "0:30" }, { end_time: {} }],
    [{ duration_ms: 60_000 }, { duration_ms: {} }],
    [{ length_unit: "minutes" }, { length_unit: {} }],
    [{ match_audio_length: true }, { match_audio_length: {} }],
    [{ video_url: "https://example.com/a.mp4" }, { video_url: {} }],
    [{ unlisted_count: 4 }, {}],
    [{ group_size: 4 }, { group_size: {} }],
    [{ duration_scale: 3 }, { duration_scale: {} }],
    [{ takes: "four" }, { takes: { enum: ["one", "four"] } }],
    [{ plan: "double" }, { plan: {} }],
    [{ plan: "4 clips" }, { plan: {} }],
    [{ plan: "three portraits" }, { plan: {} }],
    [{ until: "1m30s" }, { until: {} }],
    [{ until: "PT30S" }, { until: {} }],
    [{ plan: "\uff14" }, { plan: {} }],
    [{ seed: "1,2,3" }, { seed: {} }],
    [{ seeds: "1,2,3,4,5,6,7,8,9,10,11,12" }, { seeds: {} }],
    [{ seeds: "1\n2\n3" }, { seeds: {} }],
    [{ plan: "x4" }, { plan: {} }],
    [{ prompt: { 0: "a", 1: "b" } }, { prompt: {} }],
    [{ plan: "four-images" }, { plan: {} }],
    [{ batchSize: 4 }, { batchSize: {} }],
    [{ imageSetSize: 4 }, { imageSetSize: {} }],
    [{ time_scale: 4 }, { time_scale: {} }],
    [{ all_views: true }, { all_views: {} }],
    // The length of a video that speaks is that of its sound.
    [{ audio_url: "https://example.com/a.mp3" }, { audio_url: {} }],
    [{ extra_minutes: 1 }, { extra_minutes: {} }],
    [{ both_sides: true }, { both_sides: {} }],
    // The service's own value is at least 2.
    [{}, { plan: { minimum: 2 } }],
    [{}, { plan: { enum: [4, 2] } }],
  ])("%j may cost several times a fixed rate", (input, properties) => {
    const name = Object.keys({ ...properties, ...input })[0];
    const price: Price = { usd: 1, unit: "second", bound: "exact" };
    expect(estimate(priced(price, { duration: { default: 5 }, ...properties }), input)).toMatchObject({
      usd: 5,
      bound: "atLeast",
      note: `\`${name}\` may multiply the price.`,
    });
  });

  test("null leaves an amount open, whatever the default is", () => {
    const price: Price = { usd: 1, unit: "second", bound: "exact" };
    const model = priced(price, { duration: { type: ["integer", "null"], default: 5, minimum: 2 } });
    expect(estimate(model, { duration: null })).toMatchObject({ usd: 2, bound: "atLeast" });
    const count = priced({ ...price, unit: "output" }, { n: { default: 2 } });
    expect(estimate(count, { n: null })).toMatchObject({ usd: 1, bound: "atLeast" });
    expect(estimate(count, { n: 2.5 })).toMatchObject({ usd: 3, bound: "exact" });
  });

  test.each([NaN, -1, "free"])("%s is no price", (usd) => {
    const price = { usd: usd as number, unit: "output", bound: "exact" } as const;
    expect(estimate(priced(price, {}), {})).toMatchObject({ usd: null, bound: "atLeast" });
  });

  test("an input that contains itself, and getters, do no harm", () => {
    const price: Price = { usd: 1, unit: "output", bound: "exact" };
    const input: { self?: object } = {
      get n(): number {
        throw new Error("run");
      },
    } as object;
    input.self = input;
    expect(estimate(priced(price, {}), input).bound).toBe("atLeast");
  });

  test.each(["duration", "generation_mode", "num_frames", "upscale"])("a %s may change a price", (name) => {
    const model = priced({ usd: 1, unit: "output" }, { [name]: { type: "integer" } });
    expect(estimate(model, {}).bound).toBe("atLeast");
  });

  test("a length that is none never makes a job cheaper than its shortest", () => {
    const model = priced({ usd: 0.05, unit: "second" }, { duration: { type: "integer", minimum: -1 } });
    for (const duration of [-1, 0, undefined])
      expect(estimate(model, { duration })).toMatchObject({ usd: 0.05, bound: "atLeast" });
  });

  test("a price below a millionth is no price of nothing", () => {
    expect(estimate(priced({ usd: 1e-9, unit: "output" }, {}), {}).usd).toBe(0.000001);
    expect(estimate(priced({ usd: 0.1, unit: "second" }, { duration: {} }), { duration: 3 }).usd).toBe(0.3);
  });

  test("seconds are read with their unit", () => {
    const model = priced({ usd: 1, unit: "second" }, { duration: { enum: ["auto", "5s", "10 seconds"] } });
    expect(estimate(model, { duration: "10 seconds" }).usd).toBe(10);
    expect(estimate(model, { duration: "auto" }).usd).toBe(5);
  });
});
