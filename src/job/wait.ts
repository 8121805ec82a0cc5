import { JobTimeoutError } from "../errors/errors.js";
import type { JobRef } from "../errors/errors.js";
import type { Ending } from "./job-requests.js";
import type { JobUpdate } from "../protocol/status.js";
import type { Signals } from "../time/clock.js";

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
  /** An abort ends the wait with its reason. */
  readonly signals: Signals;
  /** False: the last status is enough. */
  readonly wantsResult: boolean;
  readonly onUpdate: (update: JobUpdate) => void;
  /** Called once. Neither an ending nor an error: the last status was told. */
  readonly onEnd: (end: { readonly ending?: Ending; readonly error?: unknown }) => void;
}

/** A waiter, the handle that it waits with, and its deadline. */
export interface Seat extends Waiter {
  readonly job: JobState;
  readonly deadline: number;
  /** When the last look before the deadline is due. */
  readonly lastLook: number;
  /** Whether a look has begun since then. */
  looked: boolean;
  /** Stops listening to the signals. */
  detach: () => void;
}

/** A look at the job: since when it was wanted, and how long its request may take: `Infinity` while it waits for its turn. */
export interface Look {
  since: number;
  until: number;
}

/** One job's loop. */
export interface Loop {
  readonly ref: JobRef;
  readonly begin: number;
  readonly seats: Set<Seat>;
  readonly stop: AbortController;
  /** Ends the loop's nap: something has changed. */
  wake: () => void;
  look: Look | undefined;
  /** When the next look is due, and the moment before which the service wants none. */
  next: number;
  holdUntil: number;
  /** The moment before which nobody's last look falls: the shortest gap after the look before. */
  soonest: number;
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
  /** Whether the next look at the result asks for the cost, too. */
  withCost: boolean;
  /** The service's own date, and since when it has been this one. */
  date: { readonly text: string | null; readonly since: number } | undefined;
}

/** A loop without waiters. */
export function createLoop(ref: JobRef, begin: number, next: number): Loop {
  return {
    ref,
    begin,
    seats: new Set(),
    stop: new AbortController(),
    wake: () => {},
    look: undefined,
    next,
    holdUntil: -Infinity,
    soonest: -Infinity,
    update: undefined,
    finishedAt: undefined,
    seen: new Map(),
    errors: 0,
    missing: 0,
    lastError: undefined,
    withCost: true,
    date: { text: null, since: 0 },
  };
}

/** Notes a word or an error for the timeout's report; a service that never says the same twice must not fill the memory. */
export function count({ seen }: Loop, word: string): void {
  if (seen.size < 50 || seen.has(word)) seen.set(word, (seen.get(word) ?? 0) + 1);
}

/** Whether the answers' date has stood still for ten seconds: said once. */
export function isFrozen(loop: Loop, text: string | null, now: number): boolean {
  if (!loop.date) return false;
  if (text === null || text !== loop.date.text) loop.date = { text, since: now };
  if (now - loop.date.since <= 10_000) return false;
  loop.date = undefined;
  return true;
}

/** When the next look is due: for the pace, or as somebody's last one. */
export function dueOf({ seats, next, holdUntil, soonest }: Loop): number {
  // Where the deadline is too near for the gap, half of what is left must do.
  const early = [...seats].map(({ looked, lastLook, deadline }) =>
    looked ? Infinity : Math.max(lastLook, Math.min(soonest, (lastLook + deadline) / 2)),
  );
  return Math.max(holdUntil, Math.min(next, ...early));
}

/** When a wait ends. A machine that slept through the deadline takes one look first, which must not take long. */
export function endOf({ look }: Loop, { deadline }: Seat, patienceMs: number): number {
  return look && look.since >= deadline ? look.since + patienceMs : deadline;
}

/** What a waiter is told whose time is over. */
export function tooLate(loop: Loop, seat: Seat, cause: unknown): JobTimeoutError {
  const { ref, update, seen, finishedAt } = loop;
  const last = update ? ` (last status "${update.word}")` : "";
  const time = `${Math.round(seat.timeoutMs)} ms`;
  return new JobTimeoutError(
    `Job ${ref.id} ` +
      (finishedAt === undefined
        ? `was not finished after ${time}${last}. It goes on and may be billed; client.job(error.job) waits on.`
        : `has ended${last}, but its result did not come within ${time}. It may be billed; client.job(error.job) asks again.`),
    { job: ref, lastStatus: update?.word, seen: Object.fromEntries(seen), cause },
  );
}
