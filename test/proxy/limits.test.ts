import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import pg from "pg";
import { afterAll, describe, expect, test } from "vitest";
import type { ProxyJob, ProxyResult } from "../../src/adapters/proxy/index.js";
import { memoryStore, postgresStore, redisStore } from "../../src/once/index.js";
import type { Store } from "../../src/once/index.js";
import { fileStore } from "../../src/node/index.js";
import { openDatabase, sayMissing, startOwnRedis } from "../engines/support/services.js";
import { finishAll, makeRequest, openSite, submit } from "./support.js";

const keys = (count: number): string[] => Array.from({ length: count }, (_, at) => `key-0000${at}`);

describe("jobs that run", () => {
  test("are limited for each user by themselves, and the others leave nothing in the store", async () => {
    const { emulator, start, call, refusal, records } = await openSite();
    const proxy = start();
    for (const key of keys(2)) await call(proxy, submit(key));
    expect(await refusal(proxy, submit("key-10000"))).toMatchObject({ status: 429, code: "running" });
    expect(await records()).toHaveLength(2);
    await call(proxy, submit("key-10000"), "bob");
    expect(emulator.charged).toBe(3);
  });

  test("have ended once the service says so, though their pages never come back", async () => {
    const { emulator, start, call, refusal } = await openSite();
    const proxy = start();
    for (const key of keys(2)) await call(proxy, submit(key));
    expect(await refusal(proxy, submit("key-10000"))).toMatchObject({ status: 429 });
    finishAll(emulator);
    expect(await call(start(), submit("key-10000"))).toMatchObject({ state: "in_queue" });
    expect(emulator.charged).toBe(3);
  });

  test("are never more than allowed, however many pages of two processes ask at the same moment", async () => {
    const { emulator, start, run } = await openSite();
    const proxies = [start(), start()];
    const work = keys(8).map((key, at) => proxies[at % 2]!(makeRequest(submit(key))));
    const statuses = (await run(Promise.all(work))).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(2);
    expect(statuses.filter((status) => status === 429)).toHaveLength(6);
    expect(emulator.charged).toBe(2);
  });

  test("without an end give their places back after an hour, and so do those nobody knows about", async () => {
    const { emulator, start, call, refusal, clock } = await openSite();
    const proxy = start();
    emulator.faults.add({ route: "submit", reset: "after" });
    for (const key of keys(2)) await call(proxy, submit(key));
    clock.advance(50 * 60_000);
    expect(await refusal(proxy, submit("key-10000"))).toMatchObject({ status: 429 });
    clock.advance(11 * 60_000);
    expect(await call(proxy, submit("key-10000"))).toMatchObject({ state: "in_queue" });
  });

  test("leave their places when they are refused, rejected or cancelled", async () => {
    const { emulator, start, call, refusal } = await openSite({ queueMs: Infinity });
    const proxy = start({ limits: { running: 1, usdPerDay: 1, assumeUsd: 0.2 } });
    emulator.faults.add({ route: "submit", status: 400 });
    for (let time = 0; time < 2; time++)
      expect(await refusal(proxy, submit("key-00001"))).toMatchObject({ status: 502, code: "refused" });
    const { handle } = await call(proxy, submit("key-00002"));
    await call(proxy, { call: "cancel", handle });
    expect(await call(proxy, submit("key-00003"))).toMatchObject({ state: "in_queue" });
    expect(emulator.charged).toBe(1);
  });
});

describe("dollars a day", () => {
  const limits = { running: Infinity, usdPerDay: 0.5, assumeUsd: 0.2 };

  test("are reserved by each job, and a job beyond them is refused before it is sent", async () => {
    const { emulator, start, call, refusal, records } = await openSite();
    const proxy = start({ limits });
    for (const key of keys(2)) await call(proxy, submit(key));
    expect(await refusal(proxy, submit("key-10000"))).toMatchObject({ status: 402, code: "budget" });
    expect(emulator.charged).toBe(2);
    expect(await records()).toHaveLength(2);
  });

  test("are never overspent by pages that ask at the same moment", async () => {
    const { emulator, start, run } = await openSite();
    const proxies = [start({ limits }), start({ limits })];
    const work = keys(8).map((key, at) => proxies[at % 2]!(makeRequest(submit(key))));
    await run(Promise.all(work));
    expect(emulator.charged).toBe(2);
  });

  test("are counted with the true cost once a job has ended", async () => {
    const { emulator, start, call, store } = await openSite();
    const proxy = start({ limits: { ...limits, assumeUsd: 200, usdPerDay: 1000 } });
    const { handle } = await call(proxy, submit("key-00001"));
    const name = `${emulator.url} proxy/ann dollars 2026-05-01`;
    expect(await store.committed(name)).toBe(200);
    finishAll(emulator);
    await call(proxy, { call: "status", handle });
    expect(await store.committed(name)).toBe(emulator.jobs[0]!.costUsd);
  });

  test("begin anew at midnight in UTC, and a job counts for the day on which it was sent", async () => {
    const { emulator, start, call, refusal, clock, store } = await openSite();
    const proxy = start({ limits });
    clock.advance(12 * 60 * 60_000 - 60_000);
    for (const key of keys(2)) await call(proxy, submit(key));
    expect(await refusal(proxy, submit("key-10000"))).toMatchObject({ status: 402 });
    clock.advance(60_000);
    expect(await call(proxy, submit("key-10000"))).toMatchObject({ state: "in_queue" });
    finishAll(emulator);
    await call(start({ limits }), { call: "user" });
    const { costUsd } = emulator.jobs[0]!;
    const committed = (day: string) => store.committed(`${emulator.url} proxy/ann dollars ${day}`);
    expect(await committed("2026-05-01")).toBeCloseTo(2 * costUsd, 6);
    expect(await committed("2026-05-02")).toBeCloseTo(costUsd, 6);
  });

  test("need a price for each model, or the dollars to count for it", async () => {
    const { start } = await openSite();
    expect(() => start({ limits: { running: 1, usdPerDay: 1 } })).toThrow("assumeUsd");
  });
});

describe("a store", () => {
  test("that ends with the process is refused, unless that is accepted by name", async () => {
    const { emulator, start, refusal, call, lines } = await openSite();
    const proxy = start({ acceptPerProcess: false });
    await expect(proxy.open()).rejects.toMatchObject({ code: "config" });
    expect(await refusal(proxy, submit("key-00001"))).toMatchObject({ status: 500, code: "internal" });
    expect(lines.join("\n")).toContain("acceptPerProcess");
    expect(emulator.charged).toBe(0);
    expect(await call(start(), submit("key-00001"))).toMatchObject({ state: "in_queue" });
  });

  test("that fails before the payment costs nothing, and says nothing of itself to the page", async () => {
    const inner = memoryStore();
    const store = { ...inner, claim: () => Promise.reject(new Error("disk /var/lib/x is full")) };
    const { emulator, start, refusal, lines } = await openSite({}, store);
    const answer = await refusal(start(), submit("key-00001"));
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(JSON.stringify(answer)).not.toContain("disk");
    expect(lines.join("\n")).toContain("disk /var/lib/x is full");
    expect(emulator.charged).toBe(0);
  });

  test("that fails after the payment gets the job later, and the job is not paid again", async () => {
    const inner = memoryStore();
    let isBroken = true;
    const store: typeof inner = {
      ...inner,
      move: (id, to, options) =>
        isBroken && to.to === "accepted"
          ? Promise.reject(new Error("no space"))
          : inner.move(id, to, options),
    };
    const { emulator, start, call, lines } = await openSite({}, store);
    const proxy = start();
    const sent = await call(proxy, submit("key-00001"));
    expect(sent).toMatchObject({ state: "in_queue" });
    expect(lines.join("\n")).toContain(emulator.jobs[0]!.id);
    isBroken = false;
    expect(await call(proxy, { call: "status", handle: sent.handle })).toMatchObject({
      state: "in_progress",
    });
    expect(await call(start(), submit("key-00001"))).toMatchObject({ handle: sent.handle });
    expect(emulator.charged).toBe(1);
  });
});

const [database, redisServer] = [await openDatabase(), await startOwnRedis()];
afterAll(async () => {
  await database?.close();
  await redisServer?.close();
});

/** Stores of several processes: what each needs, and what opens one. */
const shared = [
  [
    "PostgreSQL",
    database,
    async (): Promise<[Store, () => Promise<unknown>]> => {
      const pool = new pg.Pool({ connectionString: database!.url, max: 6 });
      return [postgresStore(pool), () => pool.end()];
    },
  ],
  [
    "Redis",
    redisServer,
    async (): Promise<[Store, () => Promise<unknown>]> => {
      const redis = new Redis(redisServer!.url);
      return [redisStore(redis), () => redis.quit()];
    },
  ],
] as const;

const recordFile = [
  "record file",
  {},
  async (): Promise<[Store, () => Promise<unknown>]> => {
    const folder = mkdtempSync(join(tmpdir(), "proxy-"));
    const store = fileStore(join(folder, "jobs.jsonl"));
    return [store, () => store.close().then(() => rmSync(folder, { recursive: true }))];
  },
] as const;

describe.each([recordFile, ...shared])("two processes with one %s", (name, server, open) => {
  test.skipIf(sayMissing(name, server))(
    "keep a user's limits together against 20 pages, and settle a job once",
    async () => {
      const [store, close] = await open();
      try {
        await store.open();
        const { emulator, start } = await openSite({}, store);
        const ends: string[] = [];
        const onResult = ({ user, key }: ProxyResult) => void ends.push(`${user} ${key}`);
        // Real time: a database does not follow a clock of ours.
        const own = { acceptPerProcess: false, clock: undefined, onResult };
        const real = { clock: undefined };
        const proxies = [start(own, real), start(own, real)];
        const work = keys(20).map((key, at) => proxies[at % 2]!(makeRequest(submit(key))));
        const statuses = (await Promise.all(work)).map(({ status }) => status);
        expect(statuses.filter((status) => status === 200)).toHaveLength(2);
        expect(emulator.charged).toBe(2);
        const sent = await proxies[0]!(makeRequest(submit("key-00001"), { user: "bob" }));
        const { handle } = (await sent.json()) as ProxyJob;
        const stolen = await proxies[1]!(makeRequest({ call: "result", handle }));
        expect(stolen.status).toBe(404);
        finishAll(emulator);
        await Promise.all([...proxies, ...proxies].map((proxy) => proxy.sweep()));
        expect(ends.filter((end) => end.startsWith("ann "))).toHaveLength(2);
        expect(new Set(ends).size).toBe(3);
        expect(ends).toHaveLength(3);
        for (const user of ["ann", "bob"])
          expect(await store.committed(`${emulator.url} proxy/${user} places`)).toBe(0);
      } finally {
        await close();
      }
    },
  );
});

test("a secret that a function gives is asked for at the first request, and must be fit", async () => {
  const { emulator, start, call, refusal, lines } = await openSite();
  const given: string[] = [];
  const proxy = start({ secret: () => (given.push("asked"), "s".repeat(32)) });
  expect(given).toEqual([]);
  const { handle } = await call(proxy, submit("key-00001"));
  await call(proxy, { call: "status", handle });
  expect(given).toEqual(["asked"]);
  const without = start({ secret: () => "" });
  expect(await refusal(without, submit("key-00002"))).toMatchObject({ status: 500, code: "internal" });
  await expect(without.open()).rejects.toMatchObject({ code: "config" });
  expect(lines.join("\n")).toContain("at least 32 characters");
  expect(emulator.charged).toBe(1);
});

describe("the token's account", () => {
  test("is asked for once in a process, however many users and submits there are", async () => {
    const { emulator, start, call } = await openSite();
    const limits = { running: Infinity, usdPerDay: 100, assumeUsd: 0.2 };
    const statuses = (): number => emulator.requests.filter(({ route }) => route === "status").length;
    const proxy = start({ limits });
    await call(proxy, submit("key-00000"));
    expect(statuses()).toBe(0);
    for (const user of ["ann", "bob"]) for (const key of keys(4)) await call(proxy, submit(key), user);
    expect(statuses()).toBe(1);
    // A new process settles what the user has open, which tells the same.
    const other = start({ limits });
    await call(other, { call: "user" });
    const settled = statuses();
    for (const key of keys(3)) await call(other, submit(`${key}-b`), "bob");
    expect(statuses()).toBe(settled + 4);
    expect(emulator.charged).toBe(11);
  });

  test("is refused where the service does not know the user's jobs, and nothing is paid", async () => {
    const { emulator, start, call, refusal } = await openSite({ tokens: ["one", "two"] });
    await call(start({}, { token: "one" }), submit("key-00001"));
    expect((await refusal(start({}, { token: "two" }), submit("key-00002"))).status).toBeGreaterThanOrEqual(
      500,
    );
    expect(emulator.charged).toBe(1);
  });
});
