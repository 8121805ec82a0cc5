import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { list, load } from "../../../src/catalogue/shipped.js";
import type { ModelEntry } from "../../../src/catalogue/shipped.js";
import { createClient, estimate } from "../../../src/index.js";
import { startEmulator } from "../../../src/emulator/index.js";
import type { Emulator } from "../../../src/emulator/index.js";
import type { CheckedModel } from "../../../src/input/standard.js";

const { models } = JSON.parse(
  readFileSync(new URL("../../../generated/catalogue.json", import.meta.url), "utf8"),
) as { readonly models: readonly { readonly id: string; readonly example: object | null }[] };
const exampleOf = (id: string): object => models.find((model) => model.id === id)!.example!;
const loadAny = async (id: string): Promise<CheckedModel> =>
  (await (load as (any: string) => Promise<{ readonly model: CheckedModel }>)(id)).model;

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ queueMs: 0, runMs: 0 });
});
afterAll(() => emulator.close());

test("the example of every shipped model runs on the emulator, and gives the media that its entry tells", async () => {
  const speed = { minPollIntervalMs: 1, requestsPerSecond: Infinity };
  const client = createClient({ baseUrl: emulator.url, token: emulator.token, ...speed });
  const made = await Promise.all(
    list().map(async ({ id, makes }) => {
      const { output } = await client.run(await loadAny(id), exampleOf(id));
      return [id, makes, Object.keys(output as object).map((key) => key.replace(/s$/, ""))] as const;
    }),
  );
  expect(made).toHaveLength(85);
  for (const [id, makes, kinds] of made) expect([id, kinds]).toEqual([id, [makes]]);
});

describe("prices of shipped models", () => {
  const priced = list().filter(({ price }) => price?.usd !== undefined);

  test("are known for eight of the models, with the day on which they were read", () => {
    expect(priced.map(({ id, price }) => [id, price!.bound])).toEqual([
      ["acestep-ai/ace-step-1.5/text-to-audio", "exact"],
      ["bytedance/seedream-5.0-pro/text-to-image", "atLeast"],
      ["elevenlabs/elevenlabs/music-generation", "atLeast"],
      ["kling/kling-3.0/4k/image-to-video", "exact"],
      ["kling/kling-3.0/pro/image-to-video", "atLeast"],
      ["kling/kling-3.0/pro/text-to-video", "atLeast"],
      ["kling/kling-3.0/standard/image-to-video", "atLeast"],
      ["kling/kling-3.0/standard/text-to-video", "atLeast"],
    ]);
    for (const { price } of priced) expect(price!.readOn).toMatch(/^2026-\d\d-\d\d$/);
  });

  const submitUnder = async (id: string, input: object, options: { maxUsd: number; assumeUsd?: number }) => {
    const client = createClient({ baseUrl: emulator.url, token: emulator.token });
    const before = emulator.requests.length;
    const refusal = await client.submit(await loadAny(id), input, options).then(
      () => undefined,
      (error: Error) => error.message,
    );
    return { refusal, sent: emulator.requests.length - before };
  };

  test.each(
    list().filter(({ price }) => price?.usd === undefined || price.bound !== "exact") as ModelEntry[],
  )(
    "no cap lets $id through, whatever its settings, unless it is told what to count with",
    async ({ id }) => {
      const refused = await submitUnder(id, exampleOf(id), { maxUsd: 1000 });
      expect(refused).toEqual({ refusal: expect.stringContaining("Set assumeUsd"), sent: 0 });
      const told = await submitUnder(id, exampleOf(id), { maxUsd: 1000, assumeUsd: 999 });
      expect(told).toEqual({ refusal: undefined, sent: 1 });
    },
  );

  test("a starting price says what moves it, and sound that is on by default cannot pass its cap", async () => {
    const id = "kling/kling-3.0/standard/text-to-video";
    const input = { prompt: "Rain.", duration: 10 };
    expect(estimate(await loadAny(id), input)).toEqual({
      usd: 0.84,
      bound: "atLeast",
      basis: "10 seconds at $0.084",
      note: expect.stringContaining("With sound, which is the default, a second costs $0.126."),
    });
    expect((await submitUnder(id, input, { maxUsd: 0.9 })).sent).toBe(0);
    expect((await submitUnder(id, input, { maxUsd: 0.9, assumeUsd: 1.26 })).sent).toBe(0);
    expect((await submitUnder(id, input, { maxUsd: 1.3, assumeUsd: 1.26 })).sent).toBe(1);
  });

  test("an exact price is counted to the second, and is a cap", async () => {
    const id = "kling/kling-3.0/4k/image-to-video";
    const input = { prompt: "Rain.", start_image_url: "https://example.com/a.png", duration: 5 };
    expect((await submitUnder(id, input, { maxUsd: 2.09 })).sent).toBe(0);
    expect((await submitUnder(id, { ...input, generate_audio: false }, { maxUsd: 2.1 })).sent).toBe(1);
    // The default length is 10 seconds.
    const { duration: _, ...unsaid } = input;
    expect((await submitUnder(id, unsaid, { maxUsd: 4.1 })).sent).toBe(0);
  });

  test("where the amount is not known, the estimate still says what moves it", async () => {
    const id = "qwen/qwen-image-2.1/text-to-image";
    expect(estimate(await loadAny(id), exampleOf(id))).toMatchObject({
      usd: null,
      note: expect.stringContaining("2K costs more than 1K."),
    });
  });
});
