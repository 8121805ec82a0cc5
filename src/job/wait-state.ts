import type { JobUpdate } from "../protocol/status.js";
import type { Body } from "../protocol/exchange.js";

/** The end of a job, as the result call tells it. */
export interface Ending {
  readonly state: "succeeded" | "failed" | "cancelled";
  readonly raw: Body;
}

/** One caller that waits for the job. */
export interface Waiter {
  readonly id: number;
  readonly timeoutMs: number;
  readonly deadline: number;
  /** When the last poll before the deadline is due. */
  readonly lastPollAt: number;
  /** Whether a poll has been sent since then: nothing more is owed to this waiter. */
  readonly isPolled: boolean;
  /** False: the final status is enough. */
  readonly wantsResult: boolean;
  /** When the waiter's handle was made. */
  readonly createdAt: number;
  /** Whether this client submitted the job, so that it certainly exists. */
  readonly isSubmitted: boolean;
  /** Set where an error ended the wait for this waiter. */
  readonly hasFailed?: boolean;
}

/** All that is known of the wait for one job: plain data, changed by `step` alone. */
export interface WaitState {
  readonly startedAt: number;
  readonly waiters: readonly Waiter[];
  /** The poll that is under way. Until it has its permit, `until` is Infinity; then the end of its request's time. */
  readonly poll: { readonly wantedAt: number; readonly until: number } | undefined;
  /** When the next poll is due, and the moment before which the service wants none. */
  readonly nextPollAt: number;
  readonly notBefore: number;
  /** The earliest moment for a waiter's last poll: the shortest interval after the poll before. */
  readonly earliestPollAt: number;
  readonly update: JobUpdate | undefined;
  /** When the status said that the job is finished: from then on its result is asked for. */
  readonly finishedAt: number | undefined;
  readonly ending: Ending | undefined;
  /** Whether the next request for the result asks for the cost, too. */
  readonly withCost: boolean;
  /** Errors in a row, and "no such job" in a row. */
  readonly errors: number;
  readonly missing: number;
  /** How often each status word or error was seen. */
  readonly seen: { readonly [word: string]: number };
  /** The service's own date, and since when it has been this one. */
  readonly date: { readonly text: string; readonly seenAt: number } | undefined;
  /** Whether the date has stood still for ten seconds: something on the way caches the answers. */
  readonly isDateFrozen: boolean;
}

/** The facts of a poll that failed. */
export interface Failure {
  /** The HTTP status, 0 where there was no answer, and the error's code. */
  readonly status: number;
  readonly code: string;
  /** Whether the answer said that there is no such job. */
  readonly isMissing: boolean;
  /** Whether the next poll may succeed. */
  readonly isPassing: boolean;
  /** Whether no further poll can succeed, for any waiter. */
  readonly isHopeless: boolean;
}

/** Events that change a wait. */
export type WaitEvent =
  | { readonly type: "subscribed"; readonly waiter: Waiter }
  | { readonly type: "unsubscribed"; readonly id: number }
  | { readonly type: "woke"; readonly plannedAt: number }
  | { readonly type: "poll_wanted" }
  | { readonly type: "poll_sent"; readonly timeoutMs: number }
  | ({
      readonly type: "status";
      readonly update: JobUpdate;
      readonly raw: Body;
      readonly date: string | null;
    } & Timing)
  | ({ readonly type: "result"; readonly ending: Ending | undefined } & Timing)
  | ({ readonly type: "failed"; readonly failure: Failure } & Timing);

/** Times that an answer brings. */
export interface Timing {
  readonly retryAfterMs: number;
}

/** A wait without waiters. */
export function createWait(now: number, nextPollAt: number, notBefore: number): WaitState {
  return {
    startedAt: now,
    waiters: [],
    poll: undefined,
    nextPollAt,
    notBefore,
    earliestPollAt: -Infinity,
    update: undefined,
    finishedAt: undefined,
    ending: undefined,
    withCost: true,
    errors: 0,
    missing: 0,
    seen: {},
    date: undefined,
    isDateFrozen: false,
  };
}
