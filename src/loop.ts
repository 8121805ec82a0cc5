import { JobTimeoutError } from "./errors.js";
import type { JobRef } from "./errors.js";
import type { Ending } from "./looks.js";
import type { JobUpdate } from "./status.js";

/** A job as its handle knows it. */
export interface JobState {
  readonly ref: JobRef;
  /** When the handle was made, by the client's clock. */
  readonly born: number;
  /** Whether this client submitted it, so that it certainly exists. */
  readonly submitted: boolean;
}

/** Someone who waits for a job. */
export interface Waiter {
  readonly timeoutMs: number;
  /** False: the last status is enough. */
  readonly wantsResult: boolean;
  readonly onUpdate: (update: JobUpdate) => void;
  readonly onEnd: (end: { readonly ending?: Ending; readonly error?: unknown }) => void;
}

/** A waiter and its deadline. */
export interface Seat extends Waiter {
  readonly deadline: number;
  /** When the last look before the deadline is due. */
  readonly lastLook: number;
  looked: boolean;
}

/** One job's loop. */
export interface Loop {
  readonly job: JobState;
  readonly seats: Set<Seat>;
  readonly stop: AbortController;
  nap: AbortController | undefined;
  update: JobUpdate | undefined;
  /** When the status said that the job is finished; its result is what is looked at from then on. */
  finishedAt: number | undefined;
  /** How often each word or error was seen. */
  readonly seen: Map<string, number>;
  /** Errors in a row. */
  errors: number;
  /** Answers "no such job" in a row. */
  missing: number;
  lastError: unknown;
  withCost: boolean;
  holdUntil: number;
  /** The service's own date, and since when it has been this one. */
  date: { readonly text: string | null; readonly since: number } | undefined;
}

/** A loop with its first waiter. */
export const createLoop = (job: JobState, seat: Seat): Loop => ({
  job,
  seats: new Set([seat]),
  stop: new AbortController(),
  nap: undefined,
  update: undefined,
  finishedAt: undefined,
  seen: new Map(),
  errors: 0,
  missing: 0,
  lastError: undefined,
  withCost: true,
  holdUntil: -Infinity,
  date: { text: null, since: 0 },
});

/** Notes a word or an error for the timeout's report; a service that never says the same twice must not fill the memory. */
export const count = ({ seen }: Loop, word: string): void => {
  if (seen.size < 50 || seen.has(word)) seen.set(word, (seen.get(word) ?? 0) + 1);
};

/** Whether the answers' date has stood still for ten seconds: said once. */
export const isFrozen = (loop: Loop, text: string | null, now: number): boolean => {
  if (!loop.date) return false;
  if (text === null || text !== loop.date.text) loop.date = { text, since: now };
  if (now - loop.date.since <= 10_000) return false;
  loop.date = undefined;
  return true;
};

/** The deadlines after a moment. */
export const deadlinesOf = (loop: Loop, after: number): number[] =>
  [...loop.seats].map((seat) => seat.deadline).filter((deadline) => deadline > after);

/** What a waiter is told whose time is over. */
export const tooLate = ({ job, update, seen, lastError }: Loop, seat: Seat): JobTimeoutError => {
  const { ref } = job;
  const last = update ? ` (last status "${update.word}")` : "";
  return new JobTimeoutError(
    `Job ${ref.id} was not finished after ${seat.timeoutMs} ms${last}. It goes on and may be billed; ` +
      `client.job(error.job) waits on.`,
    { job: ref, lastStatus: update?.word, seen: Object.fromEntries(seen), cause: lastError },
  );
};
