import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { retryDelay } from "../../src/time/back-off.js";
import { pollInterval } from "../../src/time/poll-interval.js";
import { createRateLimiter } from "../../src/time/rate-limiter.js";
import type { LimiterOptions } from "../../src/time/rate-limiter.js";
import { createClock, settle } from "../support/clock.js";

const never = new AbortController().signal;

const options: LimiterOptions = {
  clock: createClock(),
  minPollIntervalMs: 500,
  maxPollIntervalMs: 5000,
  requestsPerSecond: 10,
  random: Math.random,
};

test("the interval is a tenth of the time waited, between the bounds, give or take a tenth", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1e7, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (waited, random) => {
        const interval = pollInterval({ ...options, random: () => random }, waited, 0, 0);
        const wanted = Math.min(5000, Math.max(500, waited / 10));
        return (
          interval >= 500 &&
          interval <= 5000 &&
          interval >= wanted * 0.9 - 1e-6 &&
          interval <= wanted * 1.1 + 1e-6
        );
      },
    ),
  );
});

test("back-offs after failures double up to ten seconds and a quarter", () => {
  const delays = Array.from({ length: 12 }, (_, failures) => retryDelay(failures, () => 0.5));
  expect(delays.slice(0, 4)).toEqual([250, 500, 1000, 2000]);
  expect(delays.at(-1)).toBe(10_000);
});

test("intervals may be shorter than those after a failure", () => {
  const limiter = createRateLimiter({ ...options, minPollIntervalMs: 10, maxPollIntervalMs: 10 });
  expect(limiter.pollInterval(0, 0)).toBe(10);
  expect(limiter.pollInterval(0, 1)).toBeGreaterThan(300);
});

describe("permits", () => {
  const setup = () => {
    const clock = createClock(0);
    const limiter = createRateLimiter({ ...options, clock });
    const times: number[] = [];
    const take = async (urgent = false, signal?: AbortSignal) => {
      await limiter.acquire(signal, urgent);
      times.push(clock.now());
    };
    return { clock, limiter, times, take };
  };

  test("come as often as allowed, after a burst of a second", async () => {
    const { clock, times, take } = setup();
    const all = Promise.all(Array.from({ length: 31 }, () => take()));
    await clock.advance(1000);
    expect(times.slice(0, 11)).toEqual(Array(11).fill(0));
    expect(times.slice(11)).toEqual([100, 200, 300, 400, 500, 600, 700, 800, 900, 1000]);
    await clock.run(all);
    expect([times.at(-1), clock.sleeping]).toEqual([2000, 0]);
  });

  test("go in the order of asking, urgent ones first", async () => {
    const { clock, take } = setup();
    await Promise.all(Array.from({ length: 11 }, () => take()));
    const order: string[] = [];
    const ask = (name: string, urgent: boolean) => take(urgent).then(() => order.push(name));
    await clock.run(Promise.all([ask("a", false), ask("b", false), ask("c", true), ask("d", true)]));
    expect(order).toEqual(["c", "d", "a", "b"]);
  });

  test("whoever leaves gives the place back, and no timer or listener is left", async () => {
    const { clock, times, take } = setup();
    const controller = new AbortController();
    const left = Array.from({ length: 300 }, () => take(false, controller.signal));
    await settle();
    controller.abort(new Error("enough"));
    const outcomes = await Promise.allSettled(left);
    expect(outcomes.filter(({ status }) => status === "rejected").length).toBe(289);
    await settle();
    expect(clock.sleeping).toBe(0);
    await clock.run(take());
    expect(times.at(-1)).toBe(100);
    await expect(take(true, controller.signal)).rejects.toThrow("enough");
    await clock.run(take());
    expect(times.at(-1)).toBe(200);
  });

  test("row 41: told to slow down, the rate is halved and comes back little by little", async () => {
    const { clock, limiter, times, take } = setup();
    limiter.slowDown(0, 5000);
    expect(limiter.isSlow()).toBe(true);
    await clock.run(Promise.all([take(), take(), take()]));
    expect(times).toEqual([5000, 5200, 5400]);
    for (let i = 0; i < 9; i++) limiter.recover();
    expect(limiter.isSlow()).toBe(true);
    for (let i = 0; i < 2; i++) limiter.recover();
    expect(limiter.isSlow()).toBe(false);
    await clock.run(Promise.all([take(), take()]));
    expect(times.slice(3)).toEqual([5500, 5600]);
  });

  test("row 41: a rate that is slower than any slow-down makes it gets no faster by one", async () => {
    const clock = createClock(0);
    const limiter = createRateLimiter({ ...options, clock, requestsPerSecond: 0.01 });
    await limiter.acquire(undefined, false);
    limiter.slowDown(0, 0);
    await clock.run(limiter.acquire(undefined, false));
    expect(clock.now()).toBe(99_000);
  });

  test("row 41: those who wait go sooner when the rate recovers", async () => {
    const { clock, limiter, times, take } = setup();
    for (let i = 0; i < 7; i++) {
      limiter.slowDown(clock.now(), 0);
      clock.jump(1);
    }
    const all = Promise.all([take(), take()]);
    await settle();
    expect(times).toEqual([7]);
    for (let i = 0; i < 20; i++) limiter.recover();
    await clock.run(all);
    expect(times).toEqual([7, 106]);
  });

  test("row 41: a hundred refusals of requests that were out together are one", async () => {
    const { clock, limiter, times, take } = setup();
    clock.jump(10);
    for (let i = 0; i < 100; i++) {
      limiter.slowDown(i / 10, 1000);
      clock.jump(1);
    }
    await clock.run(Promise.all([take(), take()]));
    expect(times).toEqual([1109, 1309]);
  });

  test("row 40: a permit that would come too late is refused by an error that names the wait", async () => {
    const { clock, limiter } = setup();
    limiter.slowDown(0, 86_400_000);
    const refusal = await limiter.acquireWithin(30_000, never, { id: "job-1", model: "a/b" }).catch(String);
    expect(refusal).toMatch(/^ConnectionError: .*"too many requests".* in 86400 s,/);
    expect([clock.now(), clock.sleeping]).toEqual([0, 0]);
  });

  test("row 40: a back-off that ends in time is waited for, however long the client has run", async () => {
    const { clock, limiter } = setup();
    clock.jump(1e6);
    limiter.slowDown(clock.now(), 1000);
    await clock.run(limiter.acquireWithin(5000, never));
    expect(clock.now()).toBe(1_001_000);
  });

  test("row 41: a fault that names no wait is backed off from for a second", async () => {
    const { clock, limiter, take } = setup();
    limiter.slowDown(0, undefined);
    await clock.run(take());
    expect(clock.now()).toBe(1000);
  });

  test("that are free are taken without a timer", async () => {
    const { clock, limiter, take } = setup();
    await limiter.acquireWithin(5000, never);
    await take();
    expect(clock.sleeps).toEqual([]);
  });

  test("row 41: a permit that does not come in time is given back, and the service is not blamed for the length", async () => {
    const { clock, limiter, times, take } = setup();
    limiter.slowDown(0, 1000);
    const first = Array.from({ length: 10 }, () => take(true));
    const refusal = await clock.run(limiter.acquireWithin(1500, never).catch(String));
    expect(refusal).toContain("in 1 s, and this one not in time");
    expect(clock.now()).toBe(1500);
    await clock.run(Promise.all([...first, take()]));
    expect(times.at(-1)).toBe(3000);
  });
});

test("repetitions run out in an outage and are earned back by good answers", () => {
  const limiter = createRateLimiter(options);
  const taken = Array.from({ length: 20 }, () => limiter.takeRetry()).filter(Boolean).length;
  expect(taken).toBe(10);
  for (let i = 0; i < 11; i++) limiter.recover();
  expect([limiter.takeRetry(), limiter.takeRetry()]).toEqual([true, false]);
});
