import { load } from "../../src/catalogue/shipped.js";
import pg from "pg";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { putRows } from "../../src/adapters/pg-boss/enqueue.js";
import { runWorker } from "../../src/adapters/pg-boss/queue-worker.js";
import type { WorkerOptions } from "../../src/adapters/pg-boss/worker-context.js";
import { startEmulator } from "../../src/emulator/index.js";
import type { Emulator } from "../../src/emulator/index.js";
import { createClient } from "../../src/index.js";
import { systemClock } from "../../src/time/clock.js";
import { boss, each, makeRows, openQueue, textToVideo } from "./support/queue.js";
import type { OpenedQueue } from "./support/queue.js";
import { openDatabase, sayMissing } from "./support/services.js";

const database = await openDatabase();
afterAll(() => database?.close());

let emulator: Emulator;
let batch: OpenedQueue;
const workers: {
  readonly stop: AbortController;
  readonly ended: Promise<unknown>;
  readonly pool: pg.Pool;
}[] = [];
const said: string[] = [];

beforeEach(async () => {
  said.length = 0;
  // Each emulator has an address of its own, and so each test a queue of its own.
  emulator = await startEmulator({ queueMs: 1, runMs: 1 });
});

afterEach(async () => {
  for (const { stop } of workers) stop.abort();
  for (const { ended, pool } of workers.splice(0)) {
    await ended;
    await pool.end();
  }
  await batch?.close();
  await emulator.close();
});

const open = async (): Promise<OpenedQueue> =>
  (batch = await openQueue(database!.url, new URL(emulator.url).origin));

const startWorker = (options: Partial<WorkerOptions> = {}) => {
  const stop = new AbortController();
  const pool = new pg.Pool({ connectionString: database!.url, max: 4 });
  pool.on("error", () => undefined);
  const client = createClient({
    baseUrl: emulator.url,
    token: emulator.token,
    minPollIntervalMs: 10,
    requestsPerSecond: 500,
  });
  const ended = runWorker({
    client,
    pool,
    boss,
    signal: stop.signal,
    loadModel: async (id) => (id === textToVideo ? (await load(textToVideo)).model : id),
    log: (_level, message) => void said.push(message),
    ...options,
  });
  const worker = { stop, ended, pool };
  workers.push(worker);
  return worker;
};

const countStates = async (): Promise<{ readonly [state: string]: number }> =>
  (await batch.store.batches.progress("film")).states;

const until = (check: () => Promise<void> | void): Promise<void> =>
  vi.waitFor(check, { timeout: 60_000, interval: 50 });

describe.skipIf(sayMissing("PostgreSQL", database))("a queue on pg-boss", () => {
  test("runs each row once, however often it is queued and by however many workers", async () => {
    await open();
    expect(await batch.enqueue(makeRows(30))).toBe(30);
    expect(await batch.enqueue(makeRows(30))).toBe(30);
    startWorker();
    startWorker();
    await until(async () => expect(await countStates()).toEqual({ done: 30 }));
    expect(emulator.charged).toBe(30);
    expect(await batch.enqueue(makeRows(30))).toBe(0);
    const { committedUsd, unsaved, workers: alive } = await batch.store.batches.progress("film");
    expect({ committedUsd, unsaved, alive }).toEqual({ committedUsd: 1.5, unsaved: 0, alive: 2 });
  });

  test("saves the files of each job, and notes them", async () => {
    await open();
    await batch.enqueue(makeRows(3));
    const seen: string[] = [];
    startWorker({
      save: async (_result, { key }) => {
        seen.push(key);
        return { files: [{ path: `/videos/${key}.mp4`, bytes: 3 }], missing: 0 };
      },
    });
    await until(async () => {
      const records = await batch.records();
      expect(records.map(({ files }) => files?.length)).toEqual([1, 1, 1]);
    });
    expect(seen.sort()).toEqual(["row-1", "row-2", "row-3"]);
    await until(async () => expect((await batch.store.batches.progress("film")).unsaved).toBe(0));
  });

  test("fetches missing files again, and pays for nothing", async () => {
    await open();
    await batch.enqueue(makeRows(1));
    const first = startWorker({ save: async () => ({ files: [], missing: 1 }) });
    await until(async () => expect((await batch.records())[0]!.filesMissing).toBe(1));
    first.stop.abort();
    await first.ended;
    expect((await batch.store.batches.progress("film")).unsaved).toBe(1);
    startWorker({ save: async () => ({ files: [{ path: "/videos/1.mp4" }], missing: 0 }) });
    await until(async () => expect((await batch.records())[0]).toMatchObject({ filesMissing: 0 }));
    expect(emulator.charged).toBe(1);
  });

  test("holds what the budget of all workers does not reach, and goes on when the cap is raised", async () => {
    await open();
    const limits = { maxUsd: 1, assumeUsd: 0.3 };
    await batch.enqueue(makeRows(8), limits);
    startWorker();
    startWorker();
    await until(async () => {
      const { done = 0, held = 0 } = await countStates();
      expect(done + held).toBe(8);
    });
    const spentUsd = emulator.jobs.reduce((sum, { costUsd }) => sum + costUsd, 0);
    expect(spentUsd).toBeLessThanOrEqual(1);
    expect((await countStates())["held"]).toBeGreaterThan(0);
    expect((await batch.store.batches.progress("film")).committedUsd).toBeLessThanOrEqual(1);
    await batch.enqueue(makeRows(8), { maxUsd: 100, assumeUsd: 0.3 });
    await until(async () => expect(await countStates()).toEqual({ done: 8 }));
    expect(emulator.charged).toBe(8);
  });

  test("never sends a row whose outcome is unknown again", async () => {
    await open();
    emulator.faults.add({ route: "submit", nth: 1, reset: "after" });
    await batch.enqueue(makeRows(3));
    startWorker({ submits: 1 });
    await until(async () => expect(await countStates()).toEqual({ done: 2, unknown: 1 }));
    expect(await batch.enqueue(makeRows(3))).toBe(0);
    expect(emulator.charged).toBe(3);
  });

  test("lets one bad row end as rejected, and runs the others", async () => {
    await open();
    const [first, ...others] = makeRows(3);
    await batch.enqueue([{ ...first!, input: { prompt: "x", resolution: "9000p" } }, ...others]);
    startWorker();
    await until(async () => expect(await countStates()).toEqual({ done: 2, rejected: 1 }));
    expect(emulator.charged).toBe(2);
  });

  test("stops submitting when the token is refused, and says so", async () => {
    await open();
    await batch.enqueue(makeRows(3));
    const client = createClient({ baseUrl: emulator.url, token: "another-token" });
    const { ended } = startWorker({ client });
    expect(await ended).toMatchObject({ code: "auth" });
    expect(await countStates()).toEqual({ new: 3 });
    startWorker();
    expect(emulator.charged).toBe(0);
  });

  test("gives up a job that the service does not know, and has it asked for again by the next run", async () => {
    batch = await open();
    await batch.enqueue(makeRows(1));
    emulator.faults.add({ route: "status", status: 404, times: "always" });
    // A service may need a minute to know a new job everywhere; for this worker it passes in a second.
    const clock = {
      ...systemClock,
      now: () => systemClock.now() * 60,
      sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(ms / 60, signal),
    };
    const client = createClient({ baseUrl: emulator.url, token: emulator.token, clock });
    startWorker({ client });
    await until(async () => {
      expect(await batch.store.batches.progress("film")).toMatchObject({
        states: { accepted: 1 },
        givenUp: 1,
      });
    });
    emulator.faults.clear();
    await batch.enqueue(makeRows(1));
    await until(async () => expect(await countStates()).toEqual({ done: 1 }));
    expect(emulator.charged).toBe(1);
  });

  test("takes over what a worker waits for that is not heard of any more", async () => {
    await open();
    await batch.enqueue(makeRows(2));
    // It has accepted jobs under its name, and its lease has run out.
    await batch.pool.query(
      "insert into runcomfy.workers values ('killed', clock_timestamp() - interval '1 s')",
    );
    const id = { origin: batch.store.origin, space: "film", key: "row-1" };
    const job = await createClient({ baseUrl: emulator.url, token: emulator.token }).submit(textToVideo, {
      prompt: "row-1: rain on a tin roof.",
    });
    await batch.store.records.claim(id, { owner: "killed", leaseMs: 60_000 });
    await batch.store.records.move(id, { to: "accepted", attempt: 1, job: job.toJSON() });
    await batch.pool.query("update runcomfy.jobs set waiter = 'killed' where key = 'row-1'");
    startWorker();
    await until(async () => expect(await countStates()).toEqual({ done: 2 }));
    expect(emulator.charged).toBe(2);
  });

  test("refuses rows larger than 10 kB and keys with another input, before anything is queued", async () => {
    await open();
    await batch.enqueue(makeRows(1));
    startWorker();
    await until(async () => expect(await countStates()).toEqual({ done: 1 }));
    const [row] = makeRows(1);
    const large = { ...row!, key: "large", input: { prompt: "x".repeat(10_001) } };
    const other = { ...row!, input: { prompt: "another" } };
    const { problems } = await putRows(batch.store, "film", each([large, other]));
    expect(problems).toEqual([
      { key: "large", message: expect.stringContaining("at most 10000") },
      { key: "row-1", message: expect.stringContaining("another input or model, which is done") },
    ]);
  });

  test("keeps to schemas of its own", async () => {
    await open();
    const { rows } = await batch.pool.query(
      "select distinct table_schema from information_schema.tables where table_schema not in ('pg_catalog', 'information_schema')",
    );
    expect(rows.map((row: { table_schema: string }) => row.table_schema).sort()).toEqual([
      "runcomfy",
      "runcomfy_queue",
    ]);
  });

  test("refuses a queue that another major version of pg-boss has made", async () => {
    await open();
    // `npm run test:engines` runs this file with pg-boss 12, too.
    const [other, step] = boss.PgBoss ? [10, -100] : [12, 100];
    await batch.pool.query(`update runcomfy_queue.version set version = version + ${step}`);
    await expect(openQueue(database!.url, batch.store.origin)).rejects.toThrow(
      `npm install pg-boss@${other}`,
    );
    await batch.pool.query(`update runcomfy_queue.version set version = version - ${step}`);
  });
});
