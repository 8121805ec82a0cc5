import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { classify } from "../../src/protocol/classify.js";
import { readExchange, statusOf } from "../../src/protocol/exchange.js";
import { readRetryAfter } from "../../src/protocol/retry-after.js";
import { retryDelay } from "../../src/time/back-off.js";
import { pollInterval } from "../../src/time/poll-interval.js";
import { createRateLimiter } from "../../src/time/rate-limiter.js";
import type { LimiterOptions } from "../../src/time/rate-limiter.js";
import { isFinal, readState, readUpdate } from "../../src/protocol/status.js";
import { createClock, settle } from "../support/clock.js";

const never = new AbortController().signal;

const options: LimiterOptions = {
  clock: createClock(),
  minPollIntervalMs: 500,
  maxPollIntervalMs: 5000,
  requestsPerSecond: 10,
  random: Math.random,
};

test("a gap is a tenth of the time waited, between the bounds, give or take a tenth", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1e7, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (waited, random) => {
        const gap = pollInterval({ ...options, random: () => random }, waited, 0, 0);
        const wanted = Math.min(5000, Math.max(500, waited / 10));
        return gap >= 500 && gap <= 5000 && gap >= wanted * 0.9 - 1e-6 && gap <= wanted * 1.1 + 1e-6;
      },
    ),
  );
});

test("gaps after failures double up to ten seconds and a quarter", () => {
  const gaps = Array.from({ length: 12 }, (_, failures) => retryDelay(failures, () => 0.5));
  expect(gaps.slice(0, 4)).toEqual([250, 500, 1000, 2000]);
  expect(gaps.at(-1)).toBe(10_000);
});

test("gaps may be shorter than those after a failure", () => {
  const pace = createRateLimiter({ ...options, minPollIntervalMs: 10, maxPollIntervalMs: 10 });
  expect(pace.pollInterval(0, 0)).toBe(10);
  expect(pace.pollInterval(0, 1)).toBeGreaterThan(300);
});

describe("row 40: Retry-After", () => {
  const today = Date.UTC(2026, 0, 1);
  test.each([
    ["5", 5000],
    ["120, 60", 120_000],
    ["0", 0],
    ["1.5", 1500],
    ["1e9", 1e12],
    ["-5", undefined],
    ["soon", undefined],
    ["", undefined],
    [null, undefined],
    ["Thu, 01 Jan 2026 00:00:30 GMT", 30_000],
    ["Wed, 31 Dec 2025 00:00:00 GMT", 0],
    ["Thu, 01 Jan 2026 00:00:30 GMT, 10", 30_000],
    ["Thursday, 01-Jan-26 00:00:30 GMT", 30_000],
    ["Sunday, 06-Nov-94 08:49:37 GMT", 0],
    ["Thu Jan  1 00:00:30 2026", 30_000],
    ["Sun Nov 16 08:49:37 1994, 7", 7000],
    ["Thursday, 99-Foo-26 99:99:99 GMT", undefined],
  ])("%j asks for %j ms", (header, wanted) => {
    expect(readRetryAfter(header, null, today)).toBe(wanted);
  });

  test("row 16: a date is measured by the server's own clock", () => {
    const dates = ["Thu, 01 Jan 2026 00:00:30 GMT", "Thu, 01 Jan 2026 00:00:10 GMT"] as const;
    expect(readRetryAfter(...dates, Date.UTC(2020, 0, 1))).toBe(20_000);
    expect(readRetryAfter(dates[0], "Thu Jan  1 00:00:10 2026", Date.UTC(2020, 0, 1))).toBe(20_000);
    expect(readRetryAfter(dates[0], "some day", today)).toBe(30_000);
  });
});

test("row 40: a date without a zone is read as the service's, wherever the client runs", () => {
  vi.stubEnv("TZ", "Asia/Tokyo");
  const header = "Thu Jan  1 00:00:30 2026";
  expect(readRetryAfter(header, null, Date.UTC(2026, 0, 1))).toBe(30_000);
  vi.unstubAllEnvs();
});

describe("turns", () => {
  const setup = () => {
    const clock = createClock(0);
    const pace = createRateLimiter({ ...options, clock });
    const times: number[] = [];
    const take = async (urgent = false, signal?: AbortSignal) => {
      await pace.acquire(signal, urgent);
      times.push(clock.now());
    };
    return { clock, pace, times, take };
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

  test("row 41: told to slow down, the pace is halved and comes back little by little", async () => {
    const { clock, pace, times, take } = setup();
    pace.slowDown(0, 5000);
    expect(pace.isSlow()).toBe(true);
    await clock.run(Promise.all([take(), take(), take()]));
    expect(times).toEqual([5000, 5200, 5400]);
    for (let i = 0; i < 9; i++) pace.recover();
    expect(pace.isSlow()).toBe(true);
    for (let i = 0; i < 2; i++) pace.recover();
    expect(pace.isSlow()).toBe(false);
    await clock.run(Promise.all([take(), take()]));
    expect(times.slice(3)).toEqual([5500, 5600]);
  });

  test("row 41: a pace that is slower than any fault makes it gets no faster by one", async () => {
    const clock = createClock(0);
    const pace = createRateLimiter({ ...options, clock, requestsPerSecond: 0.01 });
    await pace.acquire(undefined, false);
    pace.slowDown(0, 0);
    await clock.run(pace.acquire(undefined, false));
    expect(clock.now()).toBe(99_000);
  });

  test("row 41: those who wait go sooner when the pace recovers", async () => {
    const { clock, pace, times, take } = setup();
    for (let i = 0; i < 7; i++) {
      pace.slowDown(clock.now(), 0);
      clock.jump(1);
    }
    const all = Promise.all([take(), take()]);
    await settle();
    expect(times).toEqual([7]);
    for (let i = 0; i < 20; i++) pace.recover();
    await clock.run(all);
    expect(times).toEqual([7, 106]);
  });

  test("row 41: a hundred refusals of requests that were out together are one", async () => {
    const { clock, pace, times, take } = setup();
    clock.jump(10);
    for (let i = 0; i < 100; i++) {
      pace.slowDown(i / 10, 1000);
      clock.jump(1);
    }
    await clock.run(Promise.all([take(), take()]));
    expect(times).toEqual([1109, 1309]);
  });

  test("row 40: a turn that would come too late is refused by an error that names the wait", async () => {
    const { clock, pace } = setup();
    pace.slowDown(0, 86_400_000);
    const refusal = await pace.acquireWithin(30_000, never, { id: "job-1", model: "a/b" }).catch(String);
    expect(refusal).toMatch(/^ConnectionError: .*"too many requests".* in 86400 s,/);
    expect([clock.now(), clock.sleeping]).toEqual([0, 0]);
  });

  test("row 40: a rest that ends in time is waited for, however long the client has run", async () => {
    const { clock, pace } = setup();
    clock.jump(1e6);
    pace.slowDown(clock.now(), 1000);
    await clock.run(pace.acquireWithin(5000, never));
    expect(clock.now()).toBe(1_001_000);
  });

  test("row 41: a fault that names no wait is rested from for a second", async () => {
    const { clock, pace, take } = setup();
    pace.slowDown(0, undefined);
    await clock.run(take());
    expect(clock.now()).toBe(1000);
  });

  test("that are free are taken without a timer", async () => {
    const { clock, pace, take } = setup();
    await pace.acquireWithin(5000, never);
    await take();
    expect(clock.sleeps).toEqual([]);
  });

  test("row 41: a turn that does not come in time is given back, and the service is not blamed for the length", async () => {
    const { clock, pace, times, take } = setup();
    pace.slowDown(0, 1000);
    const first = Array.from({ length: 10 }, () => take(true));
    const refusal = await clock.run(pace.acquireWithin(1500, never).catch(String));
    expect(refusal).toContain("in 1 s, and this one not in time");
    expect(clock.now()).toBe(1500);
    await clock.run(Promise.all([...first, take()]));
    expect(times.at(-1)).toBe(3000);
  });
});

test("repetitions run out in an outage and are earned back by good answers", () => {
  const pace = createRateLimiter(options);
  const taken = Array.from({ length: 20 }, () => pace.takeRetry()).filter(Boolean).length;
  expect(taken).toBe(10);
  for (let i = 0; i < 11; i++) pace.recover();
  expect([pace.takeRetry(), pace.takeRetry()]).toEqual([true, false]);
});

describe("rows 64 and 137: every word of the service", () => {
  test.each([
    ["in_queue", "in_queue"],
    ["queued", "in_queue"],
    ["Pending", "in_queue"],
    ["waiting", "in_queue"],
    ["in_progress", "in_progress"],
    ["In Progress", "in_progress"],
    ["starting", "in_progress"],
    ["processing", "in_progress"],
    ["cancellation_requested", "in_progress"],
    [" Completed ", "completed"],
    ["succeeded", "completed"],
    ["FAILED", "failed"],
    ["error", "failed"],
    ["cancelled", "cancelled"],
    ["canceled", "cancelled"],
    ["timed_out", "unknown"],
    ["moderating", "unknown"],
    ["constructor", "unknown"],
    ["__proto__", "unknown"],
    ["", "unknown"],
    [null, "unknown"],
    [["completed"], "unknown"],
    [{ toString: 1 }, "unknown"],
    [undefined, "unknown"],
  ])("%j is %s", (word, state) => {
    expect(readState(word)).toBe(state);
  });

  test("a word that nobody knows is no end", () => {
    fc.assert(
      fc.property(
        fc.string(),
        (word) => readState(word) !== "unknown" || !isFinal(readUpdate("x", { status: word }).status),
      ),
    );
  });
});

test.each([
  ["\u001b[2J\u001b[31mOWNED\r\n2026 INFO a line", "[2J [31mOWNED 2026 INFO a line"],
  ["\u001b]0;title\u0007done", "]0;title done"],
  ["\u009b31mred\u2028on", "31mred on"],
  ["\u202eetelpmoc\u2066", "etelpmoc"],
])("row 64: the word %j is shown as %j", (status, word) => {
  expect(readUpdate("x", { status }).word).toBe(word);
});

const positionOf = (status: string, queue_position: unknown) =>
  readUpdate("x", { status, queue_position }).queuePosition;

test("row 68: a queue position is a believable whole number, and only while queued", () => {
  expect([-1, 1e9, NaN, 1.5, "3", null].map((position) => positionOf("in_queue", position))).toEqual(
    Array(6).fill(undefined),
  );
  expect(positionOf("in_queue", 0)).toBe(0);
  expect(positionOf("in_progress", 3)).toBeUndefined();
});

test.each([
  "CERT_HAS_EXPIRED",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
])("row 21: %s is not tried again", (code) => {
  expect(repeatOf(Object.assign(new Error(code), { code }))).toBe("never");
  const refused = Object.assign(new Error("ECONNREFUSED"), { code: "ECONNREFUSED" });
  expect(repeatOf(refused)).toBe("after interval");
});

test.each([TypeError, ReferenceError])("a fault of the program, a %o, is not tried again", (Kind) => {
  expect(repeatOf(new Kind("x"))).toBe("never");
});

/** Whether a paid request is repeated that failed so before it left. */
const repeatOf = (failure: Error) => {
  const exchange = { request: "POST x", phase: "connecting", status: 0, failure } as const;
  const reply = readExchange({ ...exchange, header: () => null, text: () => "" }, String, 0);
  return classify(reply, { call: "submit" }).repeat;
};

test("row 137: a status call that says succeeded says completed: only the result tells", () => {
  expect(readUpdate("x", { status: "succeeded" })).toEqual({
    requestId: "x",
    status: "completed",
    word: "succeeded",
  });
});

test.each([
  [400004, 400],
  ["404001", 404],
  [599999, 599],
  [600000, 200],
  [399999, 200],
  ["E_BUSY", 200],
  [undefined, 200],
])("the code %j in a 200 means %i", (code, meaning) => {
  expect(statusOf(code, 200)).toBe(meaning);
});
