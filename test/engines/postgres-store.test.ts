import pg from "pg";
import { afterAll, describe, expect, test } from "vitest";
import { postgresStore } from "../../src/once/index.js";
import type { PostgresExecutor } from "../../src/once/index.js";
import { openDatabase, sayMissing } from "./support/services.js";

const database = await openDatabase();
const pools: pg.Pool[] = [];

const openPool = (url = database!.url, max = 4): pg.Pool => {
  const pool = new pg.Pool({ connectionString: url, max });
  pools.push(pool);
  return pool;
};

afterAll(async () => {
  for (const pool of pools) await pool.end();
  await database?.close();
});

const id = { origin: "https://service.example", space: "", key: "k" };
const given = { ...id, model: "a/b", inputHash: "1" };
const job = { id: "job-1", model: "a/b" };

describe.skipIf(sayMissing("PostgreSQL", database))("postgresStore", () => {
  test("creates its tables once, when many open it at the same moment", async () => {
    const opened = await Promise.all(
      Array.from({ length: 8 }, () => postgresStore(openPool(undefined, 1), { schema: "crowd" }).open()),
    );
    expect(opened).toEqual(opened.map(() => ({ durability: "server" })));
  });

  test("says which statements to run where it may not create its tables, and works once they have run", async () => {
    const admin = openPool();
    await admin.query("create role nobody_special login");
    const url = Object.assign(new URL(database!.url), { username: "nobody_special" }).href;
    const store = postgresStore(openPool(url, 1), { schema: "granted" });
    const error = (await store.open().catch((thrown: unknown) => thrown)) as Error;
    expect(error).toMatchObject({ code: "config" });
    await admin.query(error.message.slice(error.message.indexOf("create schema")));
    await admin.query("grant usage on schema granted to nobody_special");
    await expect(store.open()).rejects.toThrow("select, insert, update and delete");
    await admin.query(
      "grant select, insert, update, delete on all tables in schema granted to nobody_special",
    );
    await store.open();
    expect(await store.put(given)).toMatchObject({ state: "new" });
    await admin.query("drop owned by nobody_special; drop role nobody_special");
  });

  test("never alters a table that somebody else has under a name of its own", async () => {
    const pool = openPool();
    await pool.query("create schema theirs; create table theirs.jobs (id int primary key, title text)");
    await expect(postgresStore(pool, { schema: "theirs" }).open()).rejects.toThrow("nothing was altered");
    const { rows } = await pool.query(
      "select table_name, column_name from information_schema.columns where table_schema = 'theirs'",
    );
    expect(rows).toEqual([
      { table_name: "jobs", column_name: "id" },
      { table_name: "jobs", column_name: "title" },
    ]);
  });

  test("refuses a schema that would have to be quoted", () => {
    expect(() => postgresStore(openPool(), { schema: "a; drop" })).toThrow(/lower-case letters/);
  });

  test("stores an acceptance and the caller's own statements together, or neither", async () => {
    const pool = openPool();
    await pool.query("create table queue (key text primary key)");
    const store = postgresStore(pool, { schema: "together" });
    await store.open();
    await store.put(given);
    await store.claim(id, { owner: "w", leaseMs: 60_000 });
    const accept = (fails: boolean) =>
      store.move(
        id,
        { to: "accepted", attempt: 1, job },
        {
          inTransaction: async (executor) => {
            await (executor as PostgresExecutor).query("insert into queue values ('k')");
            if (fails) throw new Error("no");
          },
        },
      );
    await expect(accept(true)).rejects.toThrow("no");
    expect((await pool.query("select * from queue")).rows).toEqual([]);
    expect(await store.get(id)).toMatchObject({ state: "sending" });
    await accept(false);
    expect((await pool.query("select * from queue")).rows).toEqual([{ key: "k" }]);
    expect(await store.get(id)).toMatchObject({ state: "accepted", job });
  });

  test("judges leases by the time of the server, whatever this machine's clock says", async () => {
    const store = postgresStore(openPool(), { schema: "clocks" });
    await store.open();
    await store.put(given);
    const { record } = await store.claim(id, { owner: "w", leaseMs: 60_000 });
    const { rows } = await openPool().query("select clock_timestamp() as now");
    const leftMs = Date.parse(record.leaseUntil!) - (rows[0] as { now: Date }).now.getTime();
    expect(leftMs).toBeGreaterThan(0);
    expect(leftMs).toBeLessThanOrEqual(60_000);
  });

  test("keeps what text columns cannot hold in JSON: NUL characters and lone surrogates", async () => {
    const store = postgresStore(openPool(), { schema: "signs" });
    await store.open();
    const input = { prompt: "a\u0000b\ud800" };
    await store.put({ ...given, input });
    await store.payload.put(id, input);
    expect(await store.get(id)).toMatchObject({ input });
    expect(await store.payload.get(id)).toEqual(input);
  });

  test("gives money back to one budget and takes it from another in one step", async () => {
    const store = postgresStore(openPool(), { schema: "budgets" });
    await store.open();
    await store.put(given);
    const claim = (budget: string) =>
      store.claim(id, { owner: "w", leaseMs: 60_000, usd: 1, budget: { id: budget, maxUsd: 1 } });
    await claim("a");
    await store.move(id, { to: "accepted", attempt: 1, job });
    await store.move(id, {
      to: "failed",
      attempt: 1,
      costUsd: 0.5,
      error: { code: "job_failed", message: "" },
    });
    await store.move(id, { to: "new", attempt: 1, because: "retry" });
    expect(await store.committed("a")).toBe(0.5);
    expect(await claim("b")).toMatchObject({ won: false, record: { state: "held" } });
    expect([await store.committed("a"), await store.committed("b")]).toEqual([0, 0.5]);
  });
});
