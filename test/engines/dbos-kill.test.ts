import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import pg from "pg";
import { afterAll, describe, expect, test, vi } from "vitest";
import { startEmulator } from "../../src/emulator/index.js";
import { postgresStore } from "../../src/once/index.js";
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
import { openDatabase, sayMissing } from "./support/services.js";

const database = await openDatabase();
afterAll(() => database?.close());

describe.skipIf(sayMissing("PostgreSQL", database))("the example on DBOS, killed at random", () => {
  test("pays for no row twice, and for none without a record", async () => {
    const kills = countKills(100);
    const submits = 8;
    const emulator = await startEmulator({ queueMs: 1, runMs: 20, concurrency: 1000, balanceUsd: 1e6 });
    const rows = makeRows(kills * 9 + 5);
    const workflow = compileExample("examples/engines/dbos-workflow.ts", quickLease);
    // Started again, the program starts all workflows again: those that are known are not run twice.
    const program = join(dirname(workflow), "dbos-starter.mjs");
    writeFileSync(
      program,
      `import { start } from "./dbos-workflow.mjs";
      for (const { key, input } of ${JSON.stringify(rows)}) await start(key, input);`,
    );
    const start = () => startProgram([program], emulator, { DATABASE_URL: database!.url });
    const pool = new pg.Pool({ connectionString: database!.url, max: 2 });
    pool.on("error", () => undefined);
    const store = postgresStore(pool);
    const records = async (): Promise<JobRecord[]> => {
      const all: JobRecord[] = [];
      for await (const record of store.list()) all.push(record);
      return all;
    };
    try {
      await store.open();
      const living = await killAtRandom(start, 1, kills, emulator);
      await vi.waitFor(
        async () => {
          const ended = (await records()).filter(({ state }) => ["done", "unknown"].includes(state));
          expect(ended.length, living.map(({ said }) => said()).join("\n")).toBe(rows.length);
        },
        { timeout: 200_000, interval: 1000 },
      );
      for (const worker of living) await worker.end("SIGKILL");
      const history = judge("DBOS", kills, await records(), emulator);
      expect(history).toMatchObject({ paidTwice: [], unrecorded: [], invented: [] });
      expect(history.unknown.length).toBeLessThanOrEqual(kills * submits);
    } finally {
      await pool.end();
      await emulator.close();
    }
  }, 3_600_000);
});
