import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, describe, expect, test, vi } from "vitest";
import { startEmulator } from "../../src/emulator/index.js";
import type { Emulator } from "../../src/emulator/index.js";
import { createClient } from "../../src/index.js";
import { createOnce, redisStore } from "../../src/once/index.js";
import type { JobRecord } from "../../src/once/index.js";
import { judge, root, startProgram } from "./support/killing.js";
import { startNetwork } from "./support/network.js";
import { makeRows, openQueue, textToVideo } from "./support/queue.js";
import { sayMissing, startOwnPostgres, startOwnRedis } from "./support/services.js";

const [postgres, redisServer] = [await startOwnPostgres(), await startOwnRedis()];
afterAll(async () => {
  await postgres?.close();
  await redisServer?.close();
});

const passSubmits = async (emulator: Emulator, count: number): Promise<void> => {
  for (let passed = 0; passed < count; passed++)
    await emulator.nextRequest(({ route, requestId }) => route === "submit" && requestId !== undefined);
};

describe.skipIf(sayMissing("PostgreSQL", postgres))("workers on a PostgreSQL that fails", () => {
  test("pay for nothing twice and lose nothing, while it is killed and its network is cut", async () => {
    const emulator = await startEmulator({ queueMs: 1, runMs: 20, concurrency: 100, balanceUsd: 1e6 });
    const network = await startNetwork(postgres!.port);
    const far = Object.assign(new URL(postgres!.url), { port: String(network.port) }).href;
    const batch = await openQueue(postgres!.url, new URL(emulator.url).origin);
    const words = [join(root, "bin/runcomfy-models.js"), "work", "--queue", far, "--lease", "3"];
    const workers = [startProgram(words, emulator), startProgram(words, emulator)];
    try {
      await batch.enqueue(makeRows(60));
      await passSubmits(emulator, 10);
      await postgres!.kill();
      await postgres!.start();
      await passSubmits(emulator, 10);
      network.cut();
      network.restore();
      await vi.waitFor(
        async () => {
          const states = Object.entries((await batch.store.batches.progress("film")).states);
          const left = states.filter(([state]) => !["done", "unknown"].includes(state));
          expect(left, workers.map(({ said }) => said()).join("\n")).toEqual([]);
        },
        { timeout: 100_000, interval: 500 },
      );
      const history = judge("PostgreSQL killed, network cut", 0, await batch.records(), emulator);
      expect(history).toMatchObject({ paidTwice: [], unrecorded: [], invented: [] });
    } finally {
      for (const worker of workers) await worker.end("SIGKILL");
      await batch.close();
      await network.close();
      await emulator.close();
    }
  }, 240_000);
});

describe.skipIf(sayMissing("Redis", redisServer))("once on a Redis that fails", () => {
  test("pays for nothing twice and loses nothing, while it is killed and its network is cut", async () => {
    const emulator = await startEmulator({ queueMs: 1, runMs: 1, concurrency: 100, balanceUsd: 1e6 });
    const network = await startNetwork(redisServer!.port);
    const redis = new Redis(network.port, { maxRetriesPerRequest: 50 });
    redis.on("error", () => undefined);
    const client = createClient({ baseUrl: emulator.url, token: emulator.token });
    const once = createOnce({ client, store: redisStore(redis), logger: {}, leaseMs: 3000 });
    const rows = makeRows(40);
    const send = () =>
      Promise.allSettled(rows.map(({ key, input }) => once.submit(key, textToVideo, input as never)));
    try {
      const first = send();
      await passSubmits(emulator, 5);
      await redisServer!.kill();
      await redisServer!.start();
      await passSubmits(emulator, 5);
      network.cut();
      network.restore();
      await first;
      const records = async (): Promise<JobRecord[]> => {
        const all: JobRecord[] = [];
        for await (const record of once.list()) all.push(record);
        return all;
      };
      await vi.waitFor(
        async () => {
          await send();
          expect((await records()).filter(({ state }) => !["accepted", "unknown"].includes(state))).toEqual(
            [],
          );
        },
        { timeout: 100_000, interval: 500 },
      );
      const history = judge("Redis killed, network cut", 0, await records(), emulator);
      expect(history).toMatchObject({ paidTwice: [], unrecorded: [], invented: [] });
    } finally {
      redis.disconnect();
      await network.close();
      await emulator.close();
    }
  }, 240_000);
});
