import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isFinal, readState, readUpdate } from "../../src/protocol/status.js";

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

test("row 137: a status call that says succeeded says completed: only the result tells", () => {
  expect(readUpdate("x", { status: "succeeded" })).toEqual({
    requestId: "x",
    status: "completed",
    word: "succeeded",
  });
});
