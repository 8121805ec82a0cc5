import { afterEach, beforeEach, expect, test } from "vitest";
import { startEmulator } from "../../src/emulator/index.js";
import type { Emulator } from "../../src/emulator/index.js";
import { createClient } from "../../src/index.js";
import { createOnce, memoryStore } from "../../src/once/index.js";

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator({ tokens: ["token-of-one", "token-of-two"], queueMs: 0, runMs: 0 });
});
afterEach(() => emulator.close());

const model = "wan-ai/wan-2.7/text-to-video";
const connect = (store: ReturnType<typeof memoryStore>, token: string, space = "") =>
  createOnce({ client: createClient({ baseUrl: emulator.url, token }), store, space });

test("a token of another account than the recorded jobs stops before the paid request and changes no job", async () => {
  const store = memoryStore();
  const first = await connect(store, "token-of-one").submit("a", model, { prompt: "Rain." });
  const other = connect(store, "token-of-two");
  await expect(other.submit("b", model, { prompt: "Wind." })).rejects.toMatchObject({ code: "auth" });
  expect(emulator.jobs).toHaveLength(1);
  expect(await other.status("a")).toEqual(first);
  expect(await other.status("b")).toMatchObject({ state: "new", attempt: 0 });
  // The right token is asked for nothing more: the key is free.
  expect(await connect(store, "token-of-one").submit("b", model, { prompt: "Wind." })).toMatchObject({
    state: "accepted",
  });
});

test("accounts that share a store keep to spaces of their own", async () => {
  const store = memoryStore();
  await connect(store, "token-of-one", "one").submit("a", model, { prompt: "Rain." });
  await connect(store, "token-of-two", "two").submit("a", model, { prompt: "Rain." });
  expect(emulator.jobs).toHaveLength(2);
});

test("an emulator that was started anew knows none of the recorded jobs, and is no other account", async () => {
  const store = memoryStore();
  const { port } = new URL(emulator.url);
  await connect(store, "token-of-one").submit("a", model, { prompt: "Rain." });
  await emulator.close();
  emulator = await startEmulator({ tokens: "token-of-one", queueMs: 0, runMs: 0, port: Number(port) });
  await connect(store, "token-of-one").submit("b", model, { prompt: "Wind." });
  expect(emulator.jobs).toHaveLength(1);
});

test("a job that the service no longer knows stops the sending for a day; an older one proves nothing", async () => {
  let date = Date.now() - 90_000_000;
  const store = memoryStore({ date: () => date });
  const submit = (key: string) => connect(store, "token-of-one").submit(key, model, { prompt: key });
  await submit("a");
  date = Date.now();
  emulator.faults.add({ route: "status", status: 404, body: '{"error_code":404001}', times: 9 });
  await submit("b");
  await expect(submit("c")).rejects.toThrow("of another account");
  expect(emulator.jobs).toHaveLength(2);
});
