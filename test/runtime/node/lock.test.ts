import { execFileSync } from "node:child_process";
import { mkdir, readFile, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DownloadError } from "../../../src/node/files/download-error.js";
import { withLock, type LockWait } from "../../../src/node/files/file-lock.js";
import { identifySelf } from "../../../src/node/files/lock-holder.js";
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
    const waits: LockWait[] = [];
    await withLock(path, clock, undefined, () => Promise.resolve(), { onWait: (wait) => waits.push(wait) });
    expect(waits.length).toBeGreaterThan(5);
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

test("row 154: the lock of a process whose number lives proves nothing: silent for a minute, it is taken over", async () => {
  const self = identifySelf();
  // Platforms without /proc tell no start time, so the number of any living process passes for the holder's.
  const reborn = { ...self, key: "other" };
  await writeFile(path, JSON.stringify(reborn));
  const dayAgo = new Date(Date.now() - 86_400_000);
  await utimes(path, dayAgo, dayAgo);
  const clock = createClock();
  const waits: LockWait[] = [];
  await withLock(path, clock, undefined, () => Promise.resolve(), { onWait: (wait) => waits.push(wait) });
  expect(clock.slept()).toBeGreaterThan(60_000);
  expect(clock.slept()).toBeLessThan(61_000);
  expect(waits[0]).toEqual({
    path,
    waitedMs: 1000,
    holder: expect.stringMatching(`^process ${process.pid} on `) as string,
  });
});

test("row 154: a pipe and a directory in the lock's place are refused at once, by name", async () => {
  execFileSync("mkfifo", [path]);
  const directory = join(folder.path, "directory");
  await mkdir(directory);
  for (const [place, kind] of [
    [path, "special file"],
    [directory, "directory"],
  ] as const) {
    const clock = createClock();
    const outcome = withLock(place, clock, undefined, () => Promise.resolve());
    await expect(outcome).rejects.toThrow(`${place} is a ${kind}`);
    await expect(outcome).rejects.toBeInstanceOf(DownloadError);
    expect(clock.slept()).toBe(0);
  }
});

test("row 154: a holder that lives for ever ends the wait with an error that names it", async () => {
  const clock = createClock();
  const sleep: Clock["sleep"] = async (ms, signal) => {
    await clock.sleep(ms, signal);
    const now = new Date(clock.now());
    if (ms === 100) await utimes(path, now, now);
  };
  await writeFile(path, JSON.stringify({ ...identifySelf(), key: "other" }));
  const waiting = { maxWaitMs: 120_000, onWait: () => undefined };
  await expect(
    withLock(path, { ...clock, sleep }, undefined, () => Promise.resolve(), waiting),
  ).rejects.toMatchObject({
    reason: "locked",
    message: expect.stringMatching(/^After 120 s process \d+ on .* still saves the same result/) as string,
  });
  expect(clock.slept()).toBe(120_000);
});

test("a process that stood still learns that another took its lock over", async () => {
  const beats: (() => void)[] = [];
  const clock: Clock = {
    ...createClock(),
    sleep: (_ms, signal) =>
      new Promise((resolve, reject) => {
        beats.push(resolve);
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      }),
  };
  const outcome = withLock(path, clock, undefined, async (lost) => {
    await writeFile(path, JSON.stringify({ ...identifySelf(), key: "other" }));
    const ended = new Promise((_, reject) => lost.addEventListener("abort", () => reject(lost.reason)));
    beats.shift()!();
    await ended;
  });
  await expect(outcome).rejects.toMatchObject({ reason: "locked" });
  // The lock is the other's now.
  expect(await folder.names()).toEqual(["lock"]);
});

test("what processes left that were killed while they took a lock over is removed", async () => {
  const left = `${path}.0f1e2d3c-1111-4222-8333-444455556666`;
  await writeFile(left, "{}");
  await writeFile(`${path}.txt`, "mine");
  await withLock(path, createClock(), undefined, () => Promise.resolve());
  expect(await folder.names()).toEqual(["lock.txt"]);
});
