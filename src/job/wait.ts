import { isFinal } from "../protocol/status.js";
import { sleptMs } from "../time/scope.js";
import type { Ending, Timing, Waiter, WaitEvent, WaitState } from "./wait-state.js";

/** The intervals of the client: to the next poll after so long a wait and so many errors, and the shortest. */
export interface Intervals {
  readonly next: (waitedMs: number, errors: number) => number;
  readonly shortestMs: number;
}

/** A finished job's result may be missing for so long. */
const resultLagMs = 120_000;

/** A new job may be unknown to some of the service's machines for so long. */
export const jobLagMs = 60_000;

/** The wait after an event: the only place where a wait changes. */
export function step(state: WaitState, event: WaitEvent, now: number, intervals: Intervals): WaitState {
  switch (event.type) {
    case "subscribed":
      return { ...state, waiters: [...state.waiters, event.waiter] };
    case "unsubscribed":
      return { ...state, waiters: state.waiters.filter(({ id }) => id !== event.id) };
    case "woke":
      return wake(state, event.plannedAt, now);
    case "poll_wanted":
      return { ...state, poll: { wantedAt: now, until: Infinity } };
    case "poll_sent":
      return {
        ...state,
        poll: { wantedAt: state.poll?.wantedAt ?? now, until: now + event.timeoutMs },
        waiters: state.waiters.map((one) => ({ ...one, isPolled: one.isPolled || now >= one.lastPollAt })),
      };
    case "status":
      return stepStatus(endPoll(state, event, now, intervals), event, now);
    case "result":
      return stepResult(endPoll(state, event, now, intervals), event.ending);
    case "failed":
      return stepFailure(state, event, now, intervals);
  }
}

/** A deadline that passed while the machine slept is owed one more poll; the poll that was under way counts as one wanted now. */
function wake(state: WaitState, plannedAt: number, now: number): WaitState {
  const isPassed = ({ deadline }: Waiter) => plannedAt <= deadline && deadline <= now;
  if (!state.waiters.some(isPassed)) return state;
  const hasSlept = now - plannedAt > sleptMs;
  return {
    ...state,
    poll: hasSlept && state.poll ? { ...state.poll, wantedAt: now } : state.poll,
    waiters: state.waiters.map((one) => (isPassed(one) ? { ...one, isPolled: !hasSlept } : one)),
  };
}

/** What every good answer changes. */
function endPoll(state: WaitState, { retryAfterMs }: Timing, now: number, intervals: Intervals): WaitState {
  return {
    ...state,
    poll: undefined,
    errors: 0,
    missing: 0,
    notBefore: now + retryAfterMs,
    nextPollAt: now + intervals.next(now - state.startedAt, 0),
    earliestPollAt: now + intervals.shortestMs,
  };
}

function stepStatus(
  state: WaitState,
  { update, raw, date }: Extract<WaitEvent, { type: "status" }>,
  now: number,
): WaitState {
  const known = state.update;
  const isNews =
    update.status !== known?.status ||
    update.queuePosition !== known.queuePosition ||
    update.word !== known.word;
  const next = {
    ...state,
    ...noteDate(state, date, now),
    update: isNews ? update : known,
    seen: count(state.seen, update.word),
  };
  if (!isFinal(update.status)) return next;
  if (update.status === "cancelled") return { ...next, ending: { state: "cancelled", raw } };
  return {
    ...next,
    finishedAt: now,
    nextPollAt: now,
    // Whoever's last poll this was still gets the result that it announced.
    waiters: next.waiters.map((one) => ({ ...one, isPolled: false })),
  };
}

/** "Not yet" sends the wait back to the status; the cost, an extra, is asked for every other time. */
function stepResult(state: WaitState, ending: Ending | undefined): WaitState {
  if (ending) return { ...state, ending };
  return {
    ...state,
    finishedAt: undefined,
    withCost: !state.withCost,
    seen: count(state.seen, "result not ready"),
  };
}

/** A failed poll ends the wait only where the service says for certain that there is nothing to wait for. */
function stepFailure(
  state: WaitState,
  { failure, retryAfterMs }: Extract<WaitEvent, { type: "failed" }>,
  now: number,
  intervals: Intervals,
): WaitState {
  const { status, code, isMissing, isPassing, isHopeless } = failure;
  const { finishedAt, update } = state;
  const errors = state.errors + 1;
  const missing = isMissing ? state.missing + 1 : 0;
  const isUnavailable = isMissing || status === 409 || status === 425;
  const isGone = ({ createdAt }: Waiter): boolean =>
    finishedAt === undefined
      ? missing > 1 && (update !== undefined || now - createdAt >= jobLagMs)
      : isUnavailable && now - finishedAt >= resultLagMs;
  // The job may never have existed.
  const isUnfounded = ({ isSubmitted }: Waiter) => !isSubmitted && !update && !isPassing && !isMissing;
  const ends = (one: Waiter) => isHopeless || isGone(one) || isUnfounded(one);
  return {
    ...state,
    poll: undefined,
    errors,
    missing,
    notBefore: now + retryAfterMs,
    nextPollAt: now + intervals.next(now - state.startedAt, errors),
    earliestPollAt: now + intervals.shortestMs,
    withCost: finishedAt === undefined ? state.withCost : !state.withCost,
    seen: count(state.seen, status ? `HTTP ${status}` : code),
    waiters: state.waiters.map((one) => (ends(one) ? { ...one, hasFailed: true } : one)),
  };
}

/** A service that never says the same word twice must not fill the memory. */
function count(seen: WaitState["seen"], word: string): WaitState["seen"] {
  if (!Object.hasOwn(seen, word) && Object.keys(seen).length >= 50) return seen;
  return { ...seen, [word]: (Object.hasOwn(seen, word) ? seen[word]! : 0) + 1 };
}

function noteDate({ date, isDateFrozen }: WaitState, text: string | null, now: number) {
  if (text === null) return { date: undefined, isDateFrozen };
  const same = date?.text === text ? date : { text, seenAt: now };
  return { date: same, isDateFrozen: isDateFrozen || now - same.seenAt > 10_000 };
}
