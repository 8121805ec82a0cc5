import { describe, expect, test } from "vitest";
import { createClient } from "../../src/index.js";
import { readRows } from "../../src/node/batch/read-rows.js";
import { fileStore } from "../../src/node/record/file-store.js";
import { createOnce, memoryStore, postgresStore, redisStore } from "../../src/once/index.js";

const redis = { call: async () => [], eval: async () => [] };
const pool = { query: async () => ({ rows: [] }) };
const once = createOnce({
  client: createClient({ token: "test-token", fetch: async () => Promise.reject(new Error("sent")) }),
  store: memoryStore(),
});

describe("row 147: an option's name that is not one is refused, with the name that was meant", () => {
  test.each<[string, string, (wrong: never) => unknown]>([
    ["memoryStore", "date", (wrong) => memoryStore(wrong)],
    ["fileStore", "date", (wrong) => fileStore("jobs.jsonl", wrong)],
    ["postgresStore", "schema", (wrong) => postgresStore(pool, wrong)],
    ["redisStore", "prefix", (wrong) => redisStore(redis as never, wrong)],
    ["redisStore", "acceptDataLoss", (wrong) => redisStore(redis as never, wrong)],
    ["readRows", "format", (wrong) => readRows("rows.csv", wrong)],
    ["once.list", "state", (wrong) => once.list(wrong)],
    ["once.settle", "onEnd", async (wrong) => once.settle("k", wrong)],
  ])("%s: %s", async (name, meant, call) => {
    const wrong = { [`${meant}z`]: 1 } as never;
    const message = `${name} has no option "${meant}z". Did you mean "${meant}"?`;
    await expect((async () => call(wrong))()).rejects.toMatchObject({ code: "config", message });
  });
});
