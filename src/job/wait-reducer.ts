import { isFinal, readUpdate } from "../protocol/status.js";
import { endsWait } from "./not-found-grace.js";
import type { Answered, Failed, Intervals, Waiter, WaitAction, WaitEvent, WaitState } from "./wait-state.js";

type Draft = { -readonly [Name in keyof WaitState]: WaitState[Name] };

/** A wait without waiters. */
export function createState(jobId: string, now: number, nextPollAt: number, notBefore = now): WaitState {
  return {
    jobId,
    startedAt: now,
    waiters: [],
    nextPollAt,
    notBefore,
    earliestPollAt: now,
    errors: 0,
    seen: {},
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
      const grace = { isLate: true, deadline: now + intervals.requestTimeoutMs, lastPollAt: now };
      return changeWaiters(state, ({ deadline, isLate }) => deadline <= now && !isLate && grace);
    }
    case "waiting":
    case "sent":
      return changeWaiters(
        { ...state, poll: event.type },
        ({ lastPollAt }) => lastPollAt! <= now && { lastPollAt: undefined },
      );
    default:
      return endPoll(state, event, now, intervals);
  }
}

function changeWaiters(
  state: WaitState,
  changeOf: (waiter: Waiter) => Partial<Waiter> | false | undefined,
): WaitState {
  return { ...state, waiters: state.waiters.map((one) => ({ ...one, ...changeOf(one) })) };
}

function endPoll(state: WaitState, event: Answered | Failed, now: number, intervals: Intervals): WaitState {
  const { finishedAt, startedAt, skipsCost, seen } = state;
  const draft: Draft = { ...state, poll: undefined };
  const word = event.type === "answered" ? readAnswer(draft, event, now) : readFailure(draft, event, now);
  const hasFinished = finishedAt === undefined && draft.finishedAt !== undefined;
  const waitMs = hasFinished ? 0 : intervals.pollInterval(now - startedAt, draft.errors);
  draft.nextPollAt = now + waitMs;
  draft.earliestPollAt = now + intervals.minPollIntervalMs;
  draft.notBefore = now + (event.retryAfterMs ?? 0);
  // The cost, an extra, is asked for with every other request for the result.
  if (finishedAt !== undefined) draft.skipsCost = !skipsCost;
  // A service that never says the same word twice must not fill the memory.
  const times = Object.hasOwn(seen, word) ? seen[word]! : 0;
  if (times || Object.keys(seen).length < 50) draft.seen = { ...seen, [word]: times + 1 };
  // A waiter whose deadline the machine slept through gets one more poll. Its time is over now, unless that poll says that the job
  // has finished: then the result is still waited for.
  if (hasFinished) return draft;
  return changeWaiters(draft, ({ isLate, lastPollAt }) => isLate && !lastPollAt && { deadline: now });
}

/** Gives the word under which the answer is counted. */
function readAnswer(draft: Draft, { body, date: text }: Answered, now: number): string {
  const { jobId, update: known, date, finishedAt } = draft;
  const update = readUpdate(jobId, body);
  const { status, word, queuePosition } = update;
  const isOver = isFinal(status);
  const isResult = finishedAt !== undefined;
  draft.errors = 0;
  draft.isMissing = false;
  if (isOver && (isResult || status === "cancelled")) draft.ending = body;
  else draft.finishedAt = isOver ? now : undefined;
  if (isResult) return isOver ? word : "result not ready";
  const seenAt = date && date.text === text ? date.seenAt : now;
  draft.date = text ? { text, seenAt, isFrozen: now - seenAt > 10_000 } : undefined;
  if (word !== known?.word || queuePosition !== known.queuePosition) draft.update = update;
  return word;
}

/** Gives the word under which the error is counted. */
function readFailure(draft: Draft, event: Failed, now: number): string {
  const { status, code, kind } = event;
  const { waiters } = changeWaiters(draft, (one) => endsWait(one, event, draft, now) && { hasFailed: true });
  draft.waiters = waiters;
  draft.isMissing = kind === "missing";
  draft.errors++;
  return status ? `HTTP ${status}` : (code ?? "unknown");
}

/** Decides what to do now. A sleep never outlasts the time of one request while a poll is under way. */
export function nextAction(state: WaitState, now: number, intervals: Intervals): WaitAction {
  const { waiters, poll, ending, finishedAt, earliestPollAt } = state;
  let pollAt = state.nextPollAt;
  let end = Infinity;
  for (const { id, wantsResult, deadline, lastPollAt, hasFailed } of waiters) {
    const isOver = ending || (finishedAt !== undefined && !wantsResult);
    const how = hasFailed ? "failed" : isOver ? "ended" : deadline <= now ? "timed out" : undefined;
    if (how) return { type: "settle", id, how };
    end = Math.min(end, deadline);
    // The minimum interval would pass the deadline: poll halfway to it instead.
    if (lastPollAt !== undefined)
      pollAt = Math.min(pollAt, Math.max(lastPollAt, Math.min(earliestPollAt, (lastPollAt + deadline) / 2)));
  }
  const until = Math.min(end, poll ? now + intervals.requestTimeoutMs : Math.max(state.notBefore, pollAt));
  return until > now ? { type: "sleep", until } : { type: "poll" };
}
