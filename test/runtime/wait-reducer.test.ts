/** The wait for a job as a table: no clock, no promise, no request. */
import { describe, expect, test } from "vitest";
import type { Intervals, Waiter, WaitAction, WaitEvent, WaitState } from "../../src/job/wait-state.js";
import { createState, nextAction, step } from "../../src/job/wait-reducer.js";

const intervals: Intervals = {
  pollInterval: (waitedMs, errors) => 1000 + waitedMs / 1000 + 100 * errors,
  minPollIntervalMs: 500,
  requestTimeoutMs: 30_000,
};

/** Somebody who waits for 60 seconds, since the moment 0. */
const waiter = (changes: Partial<Waiter> = {}): Waiter => ({
  id: 1,
  wantsResult: true,
  createdAt: 0,
  isSubmitted: false,
  deadline: 60_000,
  lastPollAt: 59_000,
  ...changes,
});
const watcher = (changes: Partial<Waiter> = {}): Waiter => waiter({ wantsResult: false, ...changes });
const submitter = (changes: Partial<Waiter> = {}): Waiter => waiter({ isSubmitted: true, ...changes });

const stateOf = (changes: Partial<WaitState> = {}): WaitState => ({
  ...createState("job-1", 0, 0),
  waiters: [waiter()],
  ...changes,
});

const update = (word: string, status = word) =>
  ({ requestId: "job-1", status, word }) as NonNullable<WaitState["update"]>;
const seen = { update: update("in_progress") };
/** A job whose status said at 0 that it is finished. */
const finished = { update: update("completed"), finishedAt: 0 };

const says = (status: unknown, more: Partial<Extract<WaitEvent, { type: "answered" }>> = {}): WaitEvent => ({
  type: "answered",
  body: { request_id: "job-1", status },
  ...more,
});
const fails = (changes: Partial<Extract<WaitEvent, { type: "failed" }>> = {}): WaitEvent => ({
  type: "failed",
  code: "http",
  status: 500,
  kind: "fault",
  isPassing: true,
  ...changes,
});
const missing = fails({ status: 404, kind: "missing", isPassing: false });
const refused = fails({ status: 400, kind: "refused", isPassing: false });
const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`word ${index}`, 1]));

/** The rule, the state before, the event, the moment, and the members that must be so afterwards. */
type Row = readonly [string, Partial<WaitState>, WaitEvent, number, object];

const callers: readonly Row[] = [
  [
    "a caller waits until its deadline, with a last poll in the last tenth, at most a second before",
    { waiters: [] },
    { type: "subscribed", waiter: { id: 7, createdAt: 3, isSubmitted: true }, timeoutMs: 5000 },
    100,
    { waiters: [{ id: 7, createdAt: 3, isSubmitted: true, deadline: 5100, lastPollAt: 4600 }] },
  ],
  [
    "an endless wait has a deadline that JSON can carry",
    { waiters: [] },
    { type: "subscribed", waiter: { id: 7, createdAt: 3, isSubmitted: true }, timeoutMs: Infinity },
    100,
    {
      waiters: [
        { id: 7, createdAt: 3, isSubmitted: true, deadline: Number.MAX_VALUE, lastPollAt: Number.MAX_VALUE },
      ],
    },
  ],
  [
    "a caller that leaves is forgotten, the others wait on",
    { waiters: [waiter(), waiter({ id: 2 })] },
    { type: "unsubscribed", id: 1 },
    100,
    { waiters: [waiter({ id: 2 })] },
  ],
];

const polls: readonly Row[] = [
  ["a poll waits for its permit", {}, { type: "waiting" }, 100, { poll: "waiting", waiters: [waiter()] }],
  ["a poll is sent", { poll: "waiting" }, { type: "sent" }, 100, { poll: "sent", waiters: [waiter()] }],
  [
    "a poll in a caller's last second is its last one",
    { waiters: [waiter(), waiter({ id: 2, lastPollAt: 59_001 })] },
    { type: "sent" },
    59_000,
    { waiters: [waiter({ lastPollAt: undefined }), waiter({ id: 2, lastPollAt: 59_001 })] },
  ],
  [
    "a deadline that passed in a sleep of the machine is owed one more poll, within the time of a request",
    { waiters: [waiter({ lastPollAt: undefined }), waiter({ id: 2, deadline: 90_001 })] },
    { type: "slept" },
    90_000,
    {
      waiters: [
        waiter({ isLate: true, lastPollAt: 90_000, deadline: 120_000 }),
        waiter({ id: 2, deadline: 90_001 }),
      ],
    },
  ],
  [
    "a second sleep is worth no more",
    { waiters: [waiter({ isLate: true })] },
    { type: "slept" },
    90_000,
    { waiters: [waiter({ isLate: true })] },
  ],
];

const answers: readonly Row[] = [
  [
    "an answer ends the poll and sets the next ones",
    { poll: "sent", errors: 3, isMissing: true },
    says("in_queue"),
    2000,
    {
      poll: undefined,
      errors: 0,
      isMissing: false,
      nextPollAt: 3002,
      earliestPollAt: 2500,
      notBefore: 2000,
      update: update("in_queue"),
      finishedAt: undefined,
      ending: undefined,
      seen: { in_queue: 1 },
    },
  ],
  [
    "a Retry-After holds the next poll back",
    {},
    says("in_queue", { retryAfterMs: 9000 }),
    2000,
    { notBefore: 11_000 },
  ],
  ["a word is counted", { seen: { x: 1 } }, says("x"), 1, { seen: { x: 2 } }],
  [
    "a word that objects have by nature is counted, too",
    {},
    says("constructor"),
    1,
    { seen: { constructor: 1 } },
  ],
  ["of fifty words no further one is counted", { seen: many }, says("x"), 1, { seen: many }],
  [
    "of fifty words each is counted on",
    { seen: many },
    says("word 7"),
    1,
    { seen: { ...many, "word 7": 2 } },
  ],
  [
    "an unknown word is no end",
    {},
    says("odd"),
    1,
    { update: update("odd", "unknown"), finishedAt: undefined },
  ],
  [
    "a state may go back",
    { update: update("in_progress") },
    says("in_queue"),
    1,
    { update: update("in_queue") },
  ],
  [
    "another place in the queue is news",
    { update: { ...update("in_queue"), queuePosition: 2 } },
    says("in_queue", { body: { status: "in_queue", queue_position: 1 } }),
    1,
    { update: { ...update("in_queue"), queuePosition: 1 } },
  ],
  [
    "a finished job's result is asked for at once",
    { poll: "sent" },
    says("Completed"),
    5000,
    { finishedAt: 5000, nextPollAt: 5000, ending: undefined, update: update("Completed", "completed") },
  ],
  ["a failed job's result has the reason", {}, says("failed"), 5000, { finishedAt: 5000, ending: undefined }],
  [
    "a cancelled job has no result",
    {},
    says("canceled"),
    5000,
    { finishedAt: undefined, ending: { request_id: "job-1", status: "canceled" } },
  ],
  [
    "the first date is noted",
    {},
    says("x", { date: "Mon" }),
    7,
    { date: { text: "Mon", seenAt: 7, isFrozen: false } },
  ],
  [
    "a date that stands still for ten seconds is frozen",
    { date: { text: "Mon", seenAt: 7, isFrozen: false } },
    says("x", { date: "Mon" }),
    10_008,
    { date: { text: "Mon", seenAt: 7, isFrozen: true } },
  ],
  [
    "another date is a new one",
    { date: { text: "Mon", seenAt: 7, isFrozen: true } },
    says("x", { date: "Tue" }),
    10_008,
    { date: { text: "Tue", seenAt: 10_008, isFrozen: false } },
  ],
  [
    "no date is no frozen one",
    { date: { text: "Mon", seenAt: 7, isFrozen: true } },
    says("x"),
    10_008,
    { date: undefined },
  ],
];

const results: readonly Row[] = [
  ...["succeeded", "completed", "failed", "cancelled"].map((status): Row => [
    `a result that says ${status} is the end`,
    finished,
    says(status),
    5000,
    { ending: { request_id: "job-1", status }, finishedAt: 0 },
  ]),
  [
    "a result that is not ready sends the wait back to the status, and the next one is asked for without its cost",
    finished,
    says("in_progress"),
    5000,
    {
      ...finished,
      finishedAt: undefined,
      skipsCost: true,
      nextPollAt: 6005,
      seen: { "result not ready": 1 },
    },
  ],
  [
    "a result that fails is asked for without its cost",
    finished,
    fails(),
    5000,
    { finishedAt: 0, skipsCost: true },
  ],
  ["and then with it again", { ...finished, skipsCost: true }, fails(), 5000, { skipsCost: false }],
  [
    "a status between two results changes nothing of that",
    { skipsCost: true },
    says("completed"),
    5,
    { skipsCost: true },
  ],
];

const failures: readonly Row[] = [
  [
    "a failure ends the poll and slows down the next ones",
    { ...seen, poll: "sent", errors: 2 },
    fails({ retryAfterMs: 700 }),
    2000,
    {
      ...seen,
      poll: undefined,
      errors: 3,
      nextPollAt: 3302,
      earliestPollAt: 2500,
      notBefore: 2700,
      seen: { "HTTP 500": 1 },
    },
  ],
  [
    "a failure without an answer is counted by its code",
    {},
    fails({ status: 0, code: "connection" }),
    1,
    { seen: { connection: 1 } },
  ],
];

/** The rule, the state before, the event, the moment, and whether the error ends the wait of each caller. */
type Loss = readonly [string, Partial<WaitState>, WaitEvent, number, readonly boolean[]];

const losses: readonly Loss[] = [
  ["a failure that passes ends no wait", {}, fails(), 1, [false]],
  ["a refusal ends the wait for a job that may never have existed", {}, refused, 1, [true]],
  ["not for one that was seen", seen, refused, 1, [false]],
  ["nor for who submitted it", { waiters: [submitter(), waiter()] }, refused, 1, [false, true]],
  ["one answer that a job is missing ends no wait", seen, missing, 90_000, [false]],
  ["the second in a row does where the job was seen", { ...seen, isMissing: true }, missing, 1, [true]],
  ["a new job may be missing for a minute", { isMissing: true }, missing, 59_999, [false]],
  ["and no longer", { isMissing: true }, missing, 60_000, [true]],
  [
    "counted from each caller's own handle",
    { isMissing: true, waiters: [waiter(), waiter({ createdAt: 1 })] },
    missing,
    60_000,
    [true, false],
  ],
  ...[missing, fails({ status: 409 }), fails({ status: 425 })].flatMap((event): Loss[] => [
    [`a result may be missing for two minutes (${JSON.stringify(event)})`, finished, event, 119_999, [false]],
    [`and no longer (${JSON.stringify(event)})`, finished, event, 120_000, [true]],
  ]),
  ["a result may fail for as long as the wait goes on", finished, fails(), 1e6, [false]],
  ["a result that is too long stays so", finished, fails({ kind: "too_long", isPassing: false }), 1, [true]],
  [
    "a status that is too long may be a fault on the way",
    seen,
    fails({ kind: "too_long", isPassing: false }),
    1,
    [false],
  ],
];

const owed = { isLate: true, deadline: 90_000 };
const graces: readonly Row[] = [
  [
    "the wait of a late caller is over with the poll that it was owed",
    { waiters: [waiter({ ...owed, lastPollAt: undefined }), waiter({ id: 2 })] },
    says("in_progress"),
    70_000,
    { waiters: [waiter({ ...owed, lastPollAt: undefined, deadline: 70_000 }), waiter({ id: 2 })] },
  ],
  [
    "also where that fails",
    { waiters: [submitter({ ...owed, lastPollAt: undefined })] },
    fails(),
    70_000,
    { waiters: [submitter({ ...owed, lastPollAt: undefined, deadline: 70_000 })] },
  ],
  [
    "not with the poll that was under way when the machine fell asleep",
    { waiters: [waiter({ ...owed, lastPollAt: 61_000 })] },
    fails(),
    70_000,
    { waiters: [waiter({ ...owed, lastPollAt: 61_000 })] },
  ],
  [
    "and not where it announced a result",
    { waiters: [waiter({ ...owed, lastPollAt: undefined })] },
    says("completed"),
    70_000,
    { waiters: [waiter({ ...owed, lastPollAt: undefined })] },
  ],
];

const freeze = <T>(value: T): T => {
  if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
};
const copyByJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** A step that proves on the way that the state before is untouched, and that JSON carries both. */
const stepOf = (changes: Partial<WaitState>, event: WaitEvent, now: number): WaitState => {
  const before = freeze(stateOf(changes));
  const after = step(before, freeze(event), now, intervals);
  expect(copyByJson(after)).toEqual(after);
  expect(step(copyByJson(before), event, now, intervals)).toEqual(after);
  return after;
};

describe("an event", () => {
  test.each([...callers, ...polls, ...answers, ...results, ...failures, ...graces])(
    "%s",
    (_rule, changes, event, now, expected) => {
      const after = stepOf(changes, event, now);
      const told = Object.keys(expected).map((name) => [name, after[name as keyof WaitState]] as const);
      expect(Object.fromEntries(told)).toEqual(expected);
    },
  );

  test.each(losses)("%s", (_rule, changes, event, now, expected) => {
    const { waiters } = stepOf(changes, event, now);
    expect(waiters.map(({ hasFailed = false }) => hasFailed)).toEqual(expected);
  });

  test("that tells nothing new keeps the update itself", () => {
    const state = stateOf({ update: update("in_queue") });
    expect(step(state, says("in_queue"), 1, intervals).update).toBe(state.update);
  });
});

const poll: WaitAction = { type: "poll" };
const sleep = (until: number): WaitAction => ({ type: "sleep", until });
const settle = (how: "ended" | "failed" | "timed out", id = 1): WaitAction => ({ type: "settle", id, how });
const last = { nextPollAt: 99_000, earliestPollAt: 0 };

/** The rule, the state, the moment, and what is to be done. */
const actions: readonly (readonly [string, Partial<WaitState>, number, WaitAction])[] = [
  ["a poll that is due is made", { nextPollAt: 500 }, 500, poll],
  ["one that is not is slept for", { nextPollAt: 500 }, 499, sleep(500)],
  ["none is made before the service wants one", { notBefore: 800 }, 499, sleep(800)],
  [
    "none is made beside another; a sleep does not leap over its answer",
    { poll: "sent" },
    500,
    sleep(30_500),
  ],
  ["nor beside one that waits for its permit", { poll: "waiting" }, 500, sleep(30_500)],
  ["the deadline ends that sleep", { poll: "sent" }, 59_000, sleep(60_000)],
  ["a caller's last poll comes before the interval is over", last, 58_000, sleep(59_000)],
  ["and is made then", last, 59_000, poll],
  [
    "the earliest of all callers counts",
    { ...last, waiters: [waiter(), waiter({ id: 2, lastPollAt: 57_500 })] },
    57_500,
    poll,
  ],
  [
    "the last poll keeps the shortest interval to the one before",
    { ...last, earliestPollAt: 59_300 },
    59_000,
    sleep(59_300),
  ],
  [
    "but comes halfway to the deadline at the latest",
    { ...last, earliestPollAt: 59_900 },
    59_000,
    sleep(59_500),
  ],
  ["and not before the service wants it", { ...last, notBefore: 60_500 }, 59_000, sleep(60_000)],
  [
    "a caller that got its last poll waits for the interval or its end",
    { ...last, waiters: [waiter({ lastPollAt: undefined })] },
    59_500,
    sleep(60_000),
  ],
  ["a caller's time is over at its deadline", {}, 60_000, settle("timed out")],
  ["also where a poll is under way", { poll: "sent" }, 60_000, settle("timed out")],
  [
    "each caller has a deadline of its own",
    { waiters: [waiter(), waiter({ id: 2, deadline: 9 })] },
    9,
    settle("timed out", 2),
  ],
  [
    "an error that ended the wait is told",
    { waiters: [waiter(), waiter({ id: 2, hasFailed: true })] },
    1,
    settle("failed", 2),
  ],
  ["also after the deadline", { waiters: [waiter({ hasFailed: true })] }, 60_000, settle("failed")],
  ["the end is told", { ending: {} }, 1, settle("ended")],
  ["also after the deadline", { ending: {} }, 60_000, settle("ended")],
  [
    "the final status is enough for who wants no result",
    { ...finished, waiters: [waiter(), watcher({ id: 2 })] },
    1,
    settle("ended", 2),
  ],
  ["who wants it waits for the result", { ...finished, nextPollAt: 500 }, 1, sleep(500)],
  [
    "an endless wait sleeps to its next poll",
    { nextPollAt: 500, waiters: [waiter({ deadline: Number.MAX_VALUE, lastPollAt: Number.MAX_VALUE })] },
    1,
    sleep(500),
  ],
];

describe("the next action", () => {
  test.each(actions)("%s", (_rule, changes, now, expected) => {
    const state = freeze(stateOf(changes));
    expect(nextAction(state, now, intervals)).toEqual(expected);
    expect(nextAction(copyByJson(state), now, intervals)).toEqual(expected);
  });
});

test("a new wait polls first at the moment that it is told, and not before the service wants it", () => {
  const waiters = [waiter()];
  expect(nextAction({ ...createState("job-1", 100, 600), waiters }, 100, intervals)).toEqual(sleep(600));
  expect(nextAction({ ...createState("job-1", 100, 600, 900), waiters }, 600, intervals)).toEqual(sleep(900));
});

test("a whole wait, carried by JSON from step to step, ends as it should", () => {
  const events: readonly (readonly [number, WaitEvent, WaitAction])[] = [
    [
      0,
      {
        type: "subscribed",
        waiter: { id: 1, wantsResult: true, createdAt: 0, isSubmitted: true },
        timeoutMs: 60_000,
      },
      poll,
    ],
    [0, { type: "waiting" }, sleep(30_000)],
    [0, { type: "sent" }, sleep(30_000)],
    [100, says("in_queue"), sleep(1100.1)],
    [1101, { type: "waiting" }, sleep(31_101)],
    [1200, fails({ retryAfterMs: 3000 }), sleep(4200)],
    [4200, { type: "waiting" }, sleep(34_200)],
    [4300, says("completed"), poll],
    [4300, { type: "waiting" }, sleep(34_300)],
    [4400, says("succeeded"), settle("ended")],
  ];
  let state = createState("job-1", 0, 0);
  for (const [now, event, action] of events) {
    state = copyByJson(step(state, event, now, intervals));
    expect(nextAction(state, now, intervals)).toEqual(action);
  }
  expect(state.seen).toEqual({ in_queue: 1, "HTTP 500": 1, completed: 1, succeeded: 1 });
});
