import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createPace, pollGap, readRetryAfter, retryGap } from "../../src/backoff.js";
import { readAnswer } from "../../src/flight.js";
import { judgeFailure } from "../../src/verdict.js";
import { isFinal, readState, readUpdate } from "../../src/status.js";

const options = { minGapMs: 500, maxGapMs: 5000, looksPerSecond: 10, random: Math.random };

test("a gap is a tenth of the time waited, between the bounds, give or take a tenth", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1e7, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (waited, random) => {
        const gap = pollGap(waited, { ...options, random: () => random });
        const wanted = Math.min(5000, Math.max(500, waited / 10));
        return gap >= 500 && gap <= 5000 && gap >= wanted * 0.9 - 1e-6 && gap <= wanted * 1.1 + 1e-6;
      },
    ),
  );
});

test("gaps after failures double up to ten seconds and a quarter", () => {
  const gaps = Array.from({ length: 12 }, (_, failures) => retryGap(failures, () => 0.5));
  expect(gaps.slice(0, 4)).toEqual([250, 500, 1000, 2000]);
  expect(gaps.at(-1)).toBe(10_000);
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

test("row 41: told to slow down, the pace is halved and comes back little by little", () => {
  const pace = createPace(options);
  const rate = (now: number) => {
    let count = 0;
    while (pace.turn(now) < 10_000) count++;
    return count;
  };
  const usual = rate(0);
  const slowed = createPace(options);
  slowed.slow(0, 0);
  expect(slowed.hold(1000)).toBe(0);
  expect(slowed.hold(1000)).toBeGreaterThanOrEqual(0);
  slowed.slow(2000, 5000);
  expect(slowed.hold(2000)).toBe(5000);
  expect(slowed.hold(2000)).toBe(5400);
  for (let i = 0; i < 100; i++) slowed.recover();
  expect(slowed.hold(20_000)).toBe(0);
  expect(usual).toBe(110);
});

test("repetitions run out in an outage and are earned back by good answers", () => {
  const pace = createPace(options);
  const taken = Array.from({ length: 20 }, () => pace.mayRetry()).filter(Boolean).length;
  expect(taken).toBe(10);
  for (let i = 0; i < 11; i++) pace.recover();
  expect([pace.mayRetry(), pace.mayRetry()]).toEqual([true, false]);
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
    ["succeeded", "succeeded"],
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
  const judge = (failureCode: string) => {
    const failure = Object.assign(new Error(failureCode), { code: failureCode });
    const flight = { call: "POST x", phase: "connecting", status: 0, failure } as const;
    const answer = readAnswer({ ...flight, header: () => null, text: () => "" }, (text) => text, 0);
    return judgeFailure({ modelId: "a/b", answer, retried: false }, (text) => text);
  };
  expect(judge(code)).not.toHaveProperty("retryAfterMs");
  expect(judge("ECONNREFUSED")).toHaveProperty("retryAfterMs", 0);
});
