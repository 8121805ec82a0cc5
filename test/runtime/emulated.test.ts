import { afterAll, beforeAll, expect, test } from "vitest";
import { getLive, listLive } from "../../src/catalogue/live.js";
import { startEmulator } from "../../src/emulator/index.js";
import type { Emulator } from "../../src/emulator/index.js";
import { createClient } from "../../src/index.js";
import type { Client, JobUpdate } from "../../src/index.js";

const modelId = "bytedance/seedance-v1.5-pro/image-to-video";
const input = { prompt: "A gentle breeze.", first_frame_image_url: "https://example.com/first.png" };
let emulator: Emulator;
let client: Client;

beforeAll(async () => {
  emulator = await startEmulator();
  client = createClient({ token: emulator.token, baseUrl: emulator.url, minPollIntervalMs: 20 });
});
afterAll(() => emulator.close());

test("a whole job on real sockets is charged once", async () => {
  const updates: JobUpdate[] = [];
  const { output, requestId } = await client.run(modelId, input, {
    onUpdate: (update) => updates.push(update),
  });
  expect(output).toHaveProperty("video");
  expect(updates.at(-1)?.status).toBe("completed");
  expect(emulator.jobs.map(({ id }) => id)).toEqual([requestId]);
});

test("the balance and the catalogue are there", async () => {
  expect((await client.balance()).usd).toBeGreaterThan(0);
  const page = await listLive(client, { limit: 3 });
  expect(page.models.length).toBe(3);
  expect((await getLive(client, modelId)).model_id).toBe(modelId);
});

test("a queued job is cancelled", async () => {
  const slow = await startEmulator({ queueMs: Infinity });
  const job = await createClient({ token: slow.token, baseUrl: slow.url }).submit(modelId, input);
  expect((await job.cancel()).outcome).toBe("cancelled");
  await expect(job.result()).rejects.toThrow("was cancelled");
  await slow.close();
});
