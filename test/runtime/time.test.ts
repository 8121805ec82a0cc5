import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../src/time/clock.js";
import { onAbort, untilAbort } from "../../src/time/scope.js";
import { createSingleFlight } from "../../src/time/single-flight.js";
import { createTokens } from "../../src/wire/token.js";
import { settle } from "../support/clock.js";

const listenersOf = (signal: AbortSignal) => getEventListeners(signal, "abort").length;

describe("a sleep of the platform's clock", () => {
  test("ends with its time, or with the reason of its signal, and leaves no listener and no timer", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const controller = new AbortController();
    await systemClock.sleep(1, controller.signal);
    expect(listenersOf(controller.signal)).toBe(0);
    const before = timers();
    const cut = systemClock.sleep(1e6, controller.signal);
    expect(timers()).toBe(before + 1);
    controller.abort(new Error("enough"));
    expect(timers()).toBe(before);
    await expect(cut).rejects.toThrow("enough");
    expect(listenersOf(controller.signal)).toBe(0);
  });

  test("does not begin where its signal has aborted", async () => {
    const signal = AbortSignal.abort("enough");
    await expect(systemClock.sleep(1e6, signal)).rejects.toBe("enough");
    expect(listenersOf(signal)).toBe(0);
  });
});

test("any number of acts on one signal are one listener, and none once they have left", () => {
  const { signal } = new AbortController();
  const leaves = Array.from({ length: 50 }, () => onAbort(signal, () => {}));
  expect(listenersOf(signal)).toBe(1);
  for (const leave of leaves) {
    leave();
    leave();
  }
  expect(listenersOf(signal)).toBe(0);
});

test("work that ends before its signal leaves no listener on it", async () => {
  const { signal } = new AbortController();
  expect(await untilAbort(Promise.resolve(5), signal)).toBe(5);
  await settle();
  expect(listenersOf(signal)).toBe(0);
});

describe("a task that is shared", () => {
  const setup = () => {
    const share = createSingleFlight();
    const ends: ((value: number) => void)[] = [];
    const ask = (signal = new AbortController().signal) =>
      share("key", signal, () => new Promise<number>((resolve) => ends.push(resolve)));
    return { ask, ends };
  };

  test("is one for those who ask before its end, and a new one for who asks then", async () => {
    const { ask, ends } = setup();
    const first = ask().then(async (value) => [value, await ask()]);
    const second = ask();
    expect(ends.length).toBe(1);
    ends[0]!(1);
    expect(await second).toBe(1);
    await settle();
    expect(ends.length).toBe(2);
    ends[1]!(2);
    expect(await first).toEqual([1, 2]);
  });

  test("is not joined any more when all have left it", async () => {
    const { ask, ends } = setup();
    const controller = new AbortController();
    const left = ask(controller.signal);
    controller.abort("enough");
    await expect(left).rejects.toBe("enough");
    const other = ask();
    ends[1]!(2);
    expect(await other).toBe(2);
  });
});

test("of tokens that change for months the last twenty are hidden, and no more are kept", async () => {
  let asked = 0;
  const never = new AbortController().signal;
  const tokens = createTokens(() => `${++asked}-canary-token!`, systemClock, 1000);
  for (let token = await tokens.get(never); asked < 21;) token = (await tokens.replace(token, never))!;
  expect(tokens.scrub("1-canary-token! 2-canary-token! 21-canary-token!")).toBe(
    "1-canary-token! [token] [token]",
  );
});
