import { isFinal, readUpdate } from "../protocol/status.js";
import type { Answered, Failed, Intervals, Waiter, WaitAction, WaitEvent, WaitState } from "./wait-state.js";

/** A finished job's result may be missing for so long. */
const resultLagMs = 120_000;

/** A new job may be unknown to some of the service's machines for so long. */
export const jobLagMs = 60_000;

/** A wait without waiters. */
export function createState(jobId: string, now: number, nextPollAt: number, notBefore = now): WaitState {
  const counts = { errors: 0, missing: 0, seen: {} };
  return {
    jobId,
    startedAt: now,
    waiters: [],
    nextPollAt,
    notBefore,
    earliestPollAt: now,
    withCost: true,
    ...counts,
  };
}

/** The wait after an event: the only place where a wait changes. */
export function step(state: WaitState, event: WaitEvent, now: number, intervals: Intervals): WaitState {
  const { waiters } = state;
  switch (event.type) {
    case "subscribed": {
      const { waiter, timeoutMs } = event;
      // JSON has no Infinity.
      const deadline = now + Math.min(timeoutMs, Number.MAX_VALUE);
      const lastPollAt = deadline - Math.min(1000, timeoutMs / 10);
      return { ...state, waiters: [...waiters, { ...waiter, deadline, lastPollAt }] };
    }
    case "unsubscribed":
      return { ...state, waiters: waiters.filter(({ id }) => id !== event.id) };
    case "slept": {
      const grace = { lastPollAt: now, graceUntil: now + intervals.requestTimeoutMs };
      const isOwed = ({ deadline, graceUntil }: Waiter) => deadline <= now && graceUntil === undefined;
      return { ...state, waiters: waiters.map((one) => (isOwed(one) ? { ...one, ...grace } : one)) };
    }
    case "poll": {
      const note = (one: Waiter) => (one.lastPollAt! <= now ? { ...one, lastPollAt: undefined } : one);
      return { ...state, poll: event.poll, waiters: waiters.map(note) };
    }
    default:
      return stepPollEnd(state, event, now, intervals);
  }
}

/** What every answer and every failure changes. */
function stepPollEnd(
  state: WaitState,
  event: Answered | Failed,
  now: number,
  { pollInterval, minPollIntervalMs }: Intervals,
): WaitState {
  const { retryAfterMs = 0 } = event;
  const errors = event.type === "failed" ? state.errors + 1 : 0;
  const next = {
    ...state,
    poll: undefined,
    errors,
    notBefore: now + retryAfterMs,
    nextPollAt: now + pollInterval(now - state.startedAt, errors),
    earliestPollAt: now + minPollIntervalMs,
    // The cost, an extra, is asked for with every other request for the result.
    withCost: state.withCost === (state.finishedAt === undefined),
  };
  const { waiters, ...rest } =
    event.type === "failed" ? stepFailure(next, event, now) : stepAnswer(next, event, now);
  // The poll that was owed for a slept-through deadline is over; a result that it announced is still waited for.
  const isSpent = ({ graceUntil, lastPollAt }: Waiter) =>
    graceUntil !== undefined && lastPollAt === undefined && rest.finishedAt !== now;
  return { ...rest, waiters: waiters.map((one) => (isSpent(one) ? { ...one, graceUntil: now } : one)) };
}

function stepAnswer(state: WaitState, { body, date: text }: Answered, now: number): WaitState {
  const { jobId, update: known, finishedAt, date: last, seen } = state;
  const update = readUpdate(jobId, body);
  const isOver = isFinal(update.status);
  if (finishedAt !== undefined)
    return isOver
      ? { ...state, ending: body }
      : // "Not yet" sends the wait back to the status.
        { ...state, missing: 0, finishedAt: undefined, seen: count(seen, "result not ready") };
  const isSame = update.word === known?.word && update.queuePosition === known.queuePosition;
  const seenAt = text === last?.text ? last!.seenAt : now;
  return {
    ...state,
    missing: 0,
    date: text === null ? undefined : { text, seenAt, isFrozen: now - seenAt > 10_000 },
    update: isSame ? known : update,
    seen: count(seen, update.word),
    ...(isOver && (update.status === "cancelled" ? { ending: body } : { finishedAt: now, nextPollAt: now })),
  };
}

/** A failed poll ends the wait only where the service says for certain that there is nothing to wait for. */
function stepFailure(state: WaitState, { status, code, kind, isPassing }: Failed, now: number): WaitState {
  const { finishedAt, update } = state;
  const isMissing = kind === "missing";
  const missing = isMissing ? state.missing + 1 : 0;
  const isUnavailable = isMissing || status === 409 || status === 425;
  const isLost = ({ createdAt, isSubmitted }: Waiter) => {
    if (finishedAt !== undefined)
      return kind === "too_long" || (isUnavailable && now - finishedAt >= resultLagMs);
    // A job that was neither submitted here nor ever seen may never have existed.
    if (!isMissing) return !isSubmitted && !update && !isPassing;
    return missing > 1 && (update !== undefined || now - createdAt >= jobLagMs);
  };
  return {
    ...state,
    missing,
    seen: count(state.seen, status ? `HTTP ${status}` : code),
    waiters: state.waiters.map((one) => (isLost(one) ? { ...one, hasFailed: true } : one)),
  };
}

/** A service that never says the same word twice must not fill the memory. */
function count(seen: WaitState["seen"], word: string): WaitState["seen"] {
  const times = Object.hasOwn(seen, word) ? seen[word]! : 0;
  return times || Object.keys(seen).length < 50 ? { ...seen, [word]: times + 1 } : seen;
}

/** Decides what to do now. A sleep never outlasts the time of one request while a poll is under way. */
export function nextAction(state: WaitState, now: number, intervals: Intervals): WaitAction {
  const { waiters, poll, ending, finishedAt, earliestPollAt } = state;
  let pollAt = state.nextPollAt;
  let end = Infinity;
  for (const { id, wantsResult, deadline, lastPollAt, graceUntil = deadline, hasFailed } of waiters) {
    const isOver = ending || (finishedAt !== undefined && !wantsResult);
    const how = hasFailed ? "failed" : isOver ? "ended" : graceUntil <= now ? "timed out" : undefined;
    if (how) return { type: "settle", id, how };
    end = Math.min(end, graceUntil);
    // Where the minimum interval would pass the deadline, poll halfway to it instead.
    if (lastPollAt !== undefined)
      pollAt = Math.min(pollAt, Math.max(lastPollAt, Math.min(earliestPollAt, (lastPollAt + deadline) / 2)));
  }
  const until = Math.min(end, poll ? now + intervals.requestTimeoutMs : Math.max(state.notBefore, pollAt));
  return until > now ? { type: "sleep", until } : { type: "poll" };
}
