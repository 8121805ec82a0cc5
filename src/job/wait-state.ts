import type { Outcome } from "../protocol/classify.js";
import type { Body } from "../protocol/exchange.js";
import type { JobUpdate } from "../protocol/status.js";

/** The facts about a caller that do not change while it waits. */
interface WaiterFacts {
  readonly id: number;
  /** Default false: the final status is enough. */
  readonly wantsResult?: boolean | undefined;
  /** When the caller's handle of the job was made. */
  readonly createdAt: number;
  /** True where this client submitted the job, so that it certainly exists. */
  readonly isSubmitted: boolean;
}

/** One caller that waits for the job. */
export interface Waiter extends WaiterFacts {
  readonly deadline: number;
  /** When the last poll before the deadline is due; undefined once one was sent since then. */
  readonly lastPollAt: number | undefined;
  /** True where the machine slept through the first deadline. The one that it got instead is for one more poll, or its result. */
  readonly isLate?: boolean;
  /** Set where an error ended the wait for this waiter. */
  readonly hasFailed?: boolean;
}

/** All that is known of the wait for one job: plain data that JSON can carry, changed by `step` alone. */
export interface WaitState {
  readonly jobId: string;
  readonly startedAt: number;
  readonly waiters: readonly Waiter[];
  /** The poll that is under way: it waits for its permit, or is sent. */
  readonly poll?: "waiting" | "sent" | undefined;
  /** When the next poll is due, and the moment before which the service wants none. */
  readonly nextPollAt: number;
  readonly notBefore: number;
  /** The earliest moment for a waiter's last poll: the shortest interval after the poll before. */
  readonly earliestPollAt: number;
  readonly update?: JobUpdate | undefined;
  /** When the status said that the job is finished: from then on its result is asked for. */
  readonly finishedAt?: number | undefined;
  /** The answer that tells the job's end. */
  readonly ending?: Body | undefined;
  /** True where the next request for the result does not ask for the cost. */
  readonly skipsCost?: boolean;
  /** Errors in a row. */
  readonly errors: number;
  /** True where the last answer was "no such job". */
  readonly isMissing?: boolean;
  /** The number of times that each status word or error was seen. */
  readonly seen: { readonly [word: string]: number };
  /** The service's own date. It is frozen where it has stood still for ten seconds: something on the way caches the answers. */
  readonly date?: { readonly text: string; readonly seenAt: number; readonly isFrozen: boolean } | undefined;
}

/** Events that change a wait. */
export type WaitEvent =
  | { readonly type: "subscribed"; readonly waiter: WaiterFacts; readonly timeoutMs: number }
  | { readonly type: "unsubscribed"; readonly id: number }
  | { readonly type: "slept" }
  /** A poll waits for its permit, and is sent. */
  | { readonly type: "waiting" | "sent" }
  | Answered
  | Failed;

/** A good answer came. */
export interface Answered {
  readonly type: "answered";
  readonly body: Body;
  /** The service's own date. */
  readonly date?: string | null;
  readonly retryAfterMs?: number | undefined;
}

/** A poll got no answer, or a refusal. */
export interface Failed {
  readonly type: "failed";
  /** The HTTP status where there was an answer, and the error's code. */
  readonly status?: number;
  readonly code?: string;
  readonly kind?: Outcome["kind"] | undefined;
  /** True where the next poll may succeed. */
  readonly isPassing: boolean;
  readonly retryAfterMs?: number | undefined;
}

/** The next thing to do for a wait. */
export type WaitAction =
  | { readonly type: "poll" }
  | { readonly type: "sleep"; readonly until: number }
  | { readonly type: "settle"; readonly id: number; readonly how: "ended" | "failed" | "timed out" };

/** The client's intervals. */
export interface Intervals {
  /** The interval to the next poll after so long a wait and so many errors in a row. */
  readonly pollInterval: (waitedMs: number, errors: number) => number;
  readonly minPollIntervalMs: number;
  readonly requestTimeoutMs: number;
}
