import type { Waiter, WaitState } from "./wait-state.js";

/** The next thing to do for a wait. */
export type WaitAction =
  | { readonly type: "poll" }
  | { readonly type: "sleep"; readonly until: number }
  | {
      readonly type: "settle";
      readonly waiter: Waiter;
      readonly how: "ending" | "final_status" | "error" | "timeout";
    };

/** Decides what to do now. `patienceMs` is the time of one request: how long a poll after the deadline may take. */
export function nextAction(state: WaitState, now: number, patienceMs: number): WaitAction {
  const { waiters, poll, ending, finishedAt } = state;
  const mayPoll = !poll && !ending && now >= pollDueAt(state);
  for (const waiter of waiters) {
    if (waiter.hasFailed) return { type: "settle", waiter, how: "error" };
    if (ending) return { type: "settle", waiter, how: "ending" };
    if (finishedAt !== undefined && !waiter.wantsResult)
      return { type: "settle", waiter, how: "final_status" };
    const isLate = endOf(state, waiter, patienceMs) <= now;
    if (isLate && !(mayPoll && !waiter.isPolled)) return { type: "settle", waiter, how: "timeout" };
  }
  if (mayPoll && waiters.length > 0) return { type: "poll" };
  const end = Math.min(...waiters.map((one) => endOf(state, one, patienceMs)));
  // Under virtual time a sleep beyond the time of the request under way would leap over its answer.
  const until = poll ? (poll.until > now ? poll.until : Infinity) : pollDueAt(state);
  return { type: "sleep", until: Math.min(end, until) };
}

/** When the next poll is due: by the interval, or as some waiter's last one. */
export function pollDueAt({ waiters, nextPollAt, notBefore, earliestPollAt }: WaitState): number {
  const last = waiters.map(({ isPolled, lastPollAt, deadline }) =>
    // The minimum interval would pass the deadline: poll halfway to it instead.
    isPolled ? Infinity : Math.max(lastPollAt, Math.min(earliestPollAt, (lastPollAt + deadline) / 2)),
  );
  return Math.max(notBefore, Math.min(nextPollAt, ...last));
}

/** When a waiter is timed out. A machine that slept through the deadline polls once more first, which must not take long. */
function endOf({ poll }: WaitState, { deadline }: Waiter, patienceMs: number): number {
  return poll && poll.wantedAt >= deadline ? poll.wantedAt + patienceMs : deadline;
}
