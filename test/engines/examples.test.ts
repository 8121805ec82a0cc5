import PgBoss from "pg-boss";
import pg from "pg";
import { afterAll, describe, expect, test, vi } from "vitest";
import { startEmulator } from "../../src/emulator/index.js";
import { postgresStore } from "../../src/once/index.js";
import { compileExample, startProgram } from "./support/killing.js";
import { makeRows } from "./support/queue.js";
import { openDatabase, sayMissing } from "./support/services.js";

const database = await openDatabase();
afterAll(() => database?.close());

describe.skipIf(sayMissing("PostgreSQL", database))("the example of a worker on pg-boss", () => {
  test("pays for each row once, and stores each acceptance together with its wait", async () => {
    const emulator = await startEmulator({ queueMs: 1, runMs: 1 });
    const program = compileExample("examples/engines/pg-boss-worker.ts");
    const worker = startProgram([program], emulator, { DATABASE_URL: database!.url });
    const pool = new pg.Pool({ connectionString: database!.url, max: 2 });
    pool.on("error", () => undefined);
    const boss = new PgBoss(database!.url);
    boss.on("error", () => undefined);
    try {
      await boss.start();
      const store = postgresStore(pool);
      await store.open();
      await vi.waitFor(async () => expect(await boss.getQueue("wait")).toBeTruthy(), { timeout: 60_000 });
      // Each row is queued twice.
      for (const { key, input } of [...makeRows(3), ...makeRows(3)])
        await boss.send("submit", { key, input });
      await vi.waitFor(
        async () => {
          const states: string[] = [];
          for await (const { state } of store.list()) states.push(state);
          expect(states, worker.said()).toEqual(["done", "done", "done"]);
        },
        { timeout: 60_000, interval: 200 },
      );
      expect(emulator.charged).toBe(3);
    } finally {
      await worker.end("SIGKILL");
      await boss.stop({ graceful: false });
      await pool.end();
      await emulator.close();
    }
  });
});
