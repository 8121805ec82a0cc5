import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { afterAll, describe, expect, test, vi } from "vitest";
import { startEmulator } from "../../src/emulator/index.js";
import { redisStore } from "../../src/once/index.js";
import type { JobRecord } from "../../src/once/index.js";
import {
  compileExample,
  countKills,
  judge,
  killAtRandom,
  quickLease,
  startProgram,
} from "./support/killing.js";
import { makeRows } from "./support/queue.js";
import { sayMissing, startOwnRedis } from "./support/services.js";

const server = await startOwnRedis();
afterAll(() => server?.close());

describe.skipIf(sayMissing("Redis", server))("two workers of the example on BullMQ, killed at random", () => {
  test.for(["bullmq", "bullmq6"])(
    "pay for no row twice, and for none without a record, with %s",
    { timeout: 3_600_000 },
    async (version) => {
      const kills = countKills(100);
      const submits = 4;
      const emulator = await startEmulator({ queueMs: 1, runMs: 20, concurrency: 1000, balanceUsd: 1e6 });
      const redis = new Redis(server!.url, { maxRetriesPerRequest: null });
      await redis.flushall();
      const queue = new Queue("submit", { connection: redis });
      const program = compileExample("examples/engines/bullmq-worker.ts", {
        ...quickLease,
        '"bullmq"': `"${version}"`,
        // BullMQ notices a killed worker after a minute at the latest; here after seconds.
        "maxStalledCount: 1e3": "maxStalledCount: 1e3, lockDuration: 4000, stalledInterval: 2000",
      });
      const start = () => startProgram([program], emulator, { REDIS_URL: server!.url });
      const store = redisStore(redis);
      const records = async (): Promise<JobRecord[]> => {
        const all: JobRecord[] = [];
        for await (const record of store.list()) all.push(record);
        return all;
      };
      try {
        const rows = makeRows(kills * 9 + 10);
        for (const { key, input } of rows) await queue.add("submit", { key, input }, { jobId: key });
        const living = await killAtRandom(start, 2, kills, emulator);
        await vi.waitFor(
          async () => {
            const ended = (await records()).filter(({ state }) => ["done", "unknown"].includes(state));
            expect(ended.length, living.map(({ said }) => said()).join("\n")).toBe(rows.length);
          },
          { timeout: 200_000, interval: 1000 },
        );
        for (const worker of living) await worker.end("SIGKILL");
        const history = judge(version, kills, await records(), emulator);
        expect(history).toMatchObject({ paidTwice: [], unrecorded: [], invented: [] });
        expect(history.unknown.length).toBeLessThanOrEqual(kills * submits);
      } finally {
        await queue.close();
        redis.disconnect();
        await emulator.close();
      }
    },
  );
});
