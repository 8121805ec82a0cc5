import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { startEmulator } from "../../src/emulator/index.js";
import { dose } from "../support/dose.js";
import { countKills, judge, killAtRandom, root, startProgram } from "./support/killing.js";
import { makeRows, openQueue } from "./support/queue.js";
import { openDatabase, sayMissing } from "./support/services.js";

const database = await openDatabase();
afterAll(() => database?.close());

describe.skipIf(sayMissing("PostgreSQL", database))("three workers on pg-boss, killed at random", () => {
  test(
    "pay for no row twice, and for none without a record",
    async () => {
      const kills = countKills(300);
      const submits = 4;
      const emulator = await startEmulator({ queueMs: 1, runMs: 20, concurrency: 1000, balanceUsd: 1e6 });
      const batch = await openQueue(database!.url, new URL(emulator.url).origin);
      const words = ["bin/runcomfy-models.js", "work", "--queue", database!.url, "--lease", "3"];
      const start = () =>
        startProgram(
          words.map((word, at) => (at === 0 ? join(root, word) : word)),
          emulator,
        );
      try {
        await batch.enqueue(makeRows(kills * 9 + 20));
        const living = await killAtRandom(start, 3, kills, emulator);
        await vi.waitFor(
          async () => {
            const states = Object.entries((await batch.store.batches.progress("film")).states);
            const left = states.filter(([state]) => !["done", "unknown"].includes(state));
            expect(left, living.map(({ said }) => said()).join("\n")).toEqual([]);
          },
          { timeout: 200_000, interval: 500 },
        );
        for (const worker of living) await worker.end("SIGTERM");
        const history = judge("pg-boss", kills, await batch.records(), emulator);
        expect(history).toMatchObject({ paidTwice: [], unrecorded: [], invented: [] });
        expect(history.unknown.length).toBeLessThanOrEqual(kills * submits);
      } finally {
        await batch.close();
        await emulator.close();
      }
    },
    dose(300_000, 3_600_000),
  );
});
