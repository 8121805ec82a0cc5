import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withLock } from "../../../src/node/files/file-lock.js";
import type { Clock } from "../../../src/time/clock.js";
import { makeFolder } from "./save-support.js";

let folder: Awaited<ReturnType<typeof makeFolder>>;
let path: string;
beforeEach(async () => {
  folder = await makeFolder();
  path = join(folder.path, "lock");
});
afterEach(() => folder.remove());

/** Virtual time: a sleep passes at once and moves the clock; the sign of life of a holder never comes. */
const createClock = (): Clock & { readonly slept: () => number } => {
  let now = 0;
  return {
    slept: () => now,
    now: () => now,
    date: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
        if (ms >= 10_000) return;
        now += ms;
        setImmediate(resolve);
      }),
  };
};

test("row 106: of many at once only one is at work, and the lock is gone in the end", async () => {
  let inside = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++inside);
    await new Promise(setImmediate);
    inside--;
  };
  await Promise.all(Array.from({ length: 20 }, () => withLock(path, createClock(), undefined, work)));
  expect(most).toBe(1);
  expect(await folder.names()).toEqual([]);
});

test("row 106: the lock of a process that is gone is taken over at once", async () => {
  let mine = "";
  const { readFile } = await import("node:fs/promises");
  await withLock(path, createClock(), undefined, async () => void (mine = await readFile(path, "utf8")));
  const gone = { ...(JSON.parse(mine) as object), key: "other", pid: 2 ** 22 + 1 };
  const restarted = { ...(JSON.parse(mine) as object), key: "other", started: "1" };
  for (const holder of process.platform === "linux" ? [gone, restarted] : [gone]) {
    await writeFile(path, JSON.stringify(holder));
    const clock = createClock();
    expect(await withLock(path, clock, undefined, () => Promise.resolve("done"))).toBe("done");
    expect(clock.slept()).toBe(0);
  }
});

test("row 106: a lock of another machine, and one that cannot be read, is taken over after a minute without a sign of life", async () => {
  for (const text of [JSON.stringify({ key: "k", pid: 1, machine: "elsewhere", started: "" }), "", "{"]) {
    await writeFile(path, text);
    const clock = createClock();
    await withLock(path, clock, undefined, () => Promise.resolve());
    expect(clock.slept()).toBeGreaterThan(60_000);
    expect(clock.slept()).toBeLessThan(61_000);
  }
});

test("an abort ends the wait for a lock", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const waiting = withLock(path, createClock(), undefined, () =>
    withLock(path, createClock(), controller.signal, () => Promise.resolve()),
  );
  setImmediate(() => controller.abort(reason));
  await expect(waiting).rejects.toBe(reason);
  expect(await folder.names()).toEqual([]);
});

test("what the work throws is passed on, and the lock is gone", async () => {
  await expect(
    withLock(path, createClock(), undefined, () => Promise.reject(new Error("x"))),
  ).rejects.toThrow("x");
  expect(await folder.names()).toEqual([]);
});

test("a link in the lock's place is not written through", async () => {
  await symlink(join(folder.path, "elsewhere"), path);
  await withLock(path, createClock(), undefined, () => Promise.resolve());
  expect(await folder.names()).toEqual([]);
});
