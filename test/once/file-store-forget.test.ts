import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fileStore } from "../../src/node/index.js";
import type { FileStore } from "../../src/node/index.js";

let folder: string;
let store: FileStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "record-"));
  store = fileStore(join(folder, "jobs.jsonl"));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const idOf = (key: string) => ({ origin: "https://service.example", space: "", key });
const put = (key: string) =>
  store.put({ ...idOf(key), model: "a/b", inputHash: "1", input: { secret: key, forgotten: true } });
const send = async (key: string) => {
  const budget = { id: "all", maxUsd: 10 };
  await store.claim(idOf(key), { owner: "one", leaseMs: 60_000, usd: 2, budget });
  await store.move(idOf(key), { to: "accepted", attempt: 1, job: { id: `job-${key}`, model: "a/b" } });
};

const keysOf = async (from: FileStore): Promise<string[]> => {
  const keys: string[] = [];
  for await (const { key } of from.list()) keys.push(key);
  return keys;
};

test("a record that is forgotten is gone, for other processes too, with what it took from its budget", async () => {
  for (const key of ["kept", "gone"]) {
    await put(key);
    await send(key);
  }
  const other = fileStore(join(folder, "jobs.jsonl"));
  expect(await keysOf(other)).toEqual(["gone", "kept"]);
  expect(await store.committed("all")).toBe(4);
  expect(await store.forget([idOf("gone"), idOf("never there")])).toBe(1);
  expect(await store.forget([idOf("gone")])).toBe(0);
  for (const one of [store, other]) {
    expect(await keysOf(one)).toEqual(["kept"]);
    expect(await one.get(idOf("gone"))).toBeUndefined();
    expect(await one.committed("all")).toBe(2);
  }
  await other.close();
});

test("its lines and its input leave the disk when the store is closed", async () => {
  await put("gone");
  await store.payload.put(idOf("gone"), { secret: "whole" });
  await store.forget([idOf("gone")]);
  await put("kept");
  await store.close();
  const text = readFileSync(join(folder, "jobs.jsonl"), "utf8");
  expect(text).toContain('"secret":"kept"');
  expect(text).not.toContain('"secret":"gone"');
  expect(await store.payload.get(idOf("gone"))).toBeUndefined();
});

test("a key that was forgotten can be used anew", async () => {
  await put("one");
  await send("one");
  await store.forget([idOf("one")]);
  expect(await put("one")).toMatchObject({ state: "new", attempt: 0 });
  expect(await keysOf(store)).toEqual(["one"]);
});

test("a record that is being sent stays", async () => {
  await put("one");
  await store.claim(idOf("one"), { owner: "one", leaseMs: 60_000 });
  expect(await store.forget([idOf("one")])).toBe(0);
  expect(await store.get(idOf("one"))).toMatchObject({ state: "sending" });
});
