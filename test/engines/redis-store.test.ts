import { Redis } from "ioredis";
import { afterAll, describe, expect, test } from "vitest";
import { redisStore } from "../../src/once/index.js";
import type { IoRedis } from "../../src/once/index.js";
import { sayMissing, startOwnRedis } from "./support/services.js";

const server = await startOwnRedis();
const replica = server && (await startOwnRedis("--appendonly", "yes"));
const redis = server && new Redis(server.url);

afterAll(async () => {
  redis?.disconnect();
  await replica?.close();
  await server?.close();
});

const id = { origin: "https://service.example", space: "", key: "k" };

/** Runs a test with another setting of the server, and sets it back. */
const withSetting = async (name: string, value: string, work: () => Promise<void>): Promise<void> => {
  const [, before] = (await redis!.config("GET", name)) as [string, string];
  await redis!.config("SET", name, value);
  try {
    await work();
  } finally {
    await redis!.config("SET", name, before);
  }
};

describe.skipIf(sayMissing("Redis", server))("redisStore", () => {
  test("warns that a second may be lost, unless each change is on disk", async () => {
    expect(await redisStore(redis!).open()).toEqual({
      durability: "best-effort",
      warning: expect.stringContaining("appendfsync is everysec"),
    });
    await withSetting("appendfsync", "always", async () => {
      expect(await redisStore(redis!).open()).toEqual({ durability: "server" });
    });
  });

  test.for([
    ["appendonly", "no", "no append-only file"],
    ["maxmemory-policy", "allkeys-lru", "evicts keys"],
  ] as const)("refuses a server with %s %s, unless the loss is accepted", async ([name, value, said]) => {
    await withSetting(name, value, async () => {
      await expect(redisStore(redis!).open()).rejects.toMatchObject({
        code: "config",
        message: expect.stringContaining(said),
      });
      expect(await redisStore(redis!, { acceptDataLoss: true }).open()).toEqual({
        durability: "none",
        warning: expect.stringContaining(said),
      });
    });
  });

  test("refuses a server with replicas, unless it waits for one of them", async () => {
    const copy = new Redis(replica!.url);
    try {
      await copy.call("REPLICAOF", "127.0.0.1", String(server!.port));
      await expect.poll(() => redis!.call("WAIT", "1", "100"), { timeout: 60_000 }).toBe(1);
      await expect(redisStore(redis!).open()).rejects.toThrow("it has replicas");
      await expect(redisStore(copy).open()).rejects.toThrow("takes no writes");
      const store = redisStore(redis!, { replicas: 1, prefix: "replicated" });
      await store.open();
      expect(await store.put({ ...id, model: "a/b", inputHash: "1" })).toMatchObject({ state: "new" });
      await copy.call("REPLICAOF", "NO", "ONE");
    } finally {
      copy.disconnect();
    }
  });

  test("does not count a change that the replicas do not have", async () => {
    const deaf: IoRedis = {
      eval: (script, count, ...words) => redis!.eval(script, count, ...words),
      call: async () => 0,
    };
    const store = redisStore(deaf, { replicas: 1, prefix: "deaf" });
    await expect(store.put({ ...id, model: "a/b", inputHash: "1" })).rejects.toThrow("Only 0 of 1 replicas");
  });

  test("refuses what is no client of Redis", () => {
    expect(() => redisStore({} as IoRedis)).toThrow(/ioredis or of the package redis/);
  });

  test("adds amounts without rounding, and keeps them exact over many changes", async () => {
    const store = redisStore(redis!, { prefix: "amounts" });
    await store.open();
    for (let at = 0; at < 30; at++) {
      const one = { ...id, key: `k${at}` };
      await store.put({ ...one, model: "a/b", inputHash: "1" });
      await store.claim(one, { owner: "w", leaseMs: 60_000, usd: 0.1, budget: { id: "b", maxUsd: 1000 } });
    }
    expect(await store.committed("b")).toBe(3);
  });

  test("keeps all of its keys under its prefix, in one slot of a cluster", async () => {
    const store = redisStore(redis!, { prefix: "mine" });
    await store.open();
    await store.put({ ...id, model: "a/b", inputHash: "1" });
    await store.payload.put(id, { n: 1 });
    const keys = await redis!.keys("*mine*");
    expect(keys.length).toBeGreaterThanOrEqual(4);
    expect(keys.filter((key) => !key.startsWith("{mine}:"))).toEqual([]);
  });
});
