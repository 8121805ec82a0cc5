import type { JobRef } from "../errors/error-fields.js";
import { ConnectionError } from "../errors/errors.js";
import type { Clock } from "./clock.js";
import { createPermits } from "./permits.js";
import { pollInterval } from "./poll-interval.js";
import type { PollIntervals } from "./poll-interval.js";
import { scope, timedOut } from "./scope.js";

/** Options of a rate limiter. */
export interface LimiterOptions extends PollIntervals {
  readonly clock: Clock;
  /** Requests a second about all jobs together, after a burst of one second; undefined: the limit grows with the jobs. */
  readonly requestsPerSecond?: number | undefined;
}

/** The limits that all requests of one client share. */
export interface RateLimiter {
  /** The interval to the next poll of a job that was waited for this long, or after this many errors in a row. */
  pollInterval(waitedMs: number, errors: number): number;
  /** Waits for a permit; an abort gives the place back. Urgent callers go first. */
  acquire(signal: AbortSignal | undefined, urgent: boolean): Promise<void>;
  /** Waits for an urgent permit for at most `ms`; a ConnectionError names the wait where it would be longer. */
  acquireWithin(ms: number, signal: AbortSignal | undefined, job?: JobRef): Promise<void>;
  /** The error of a request whose permit did not come in time. */
  refusal(job?: JobRef): ConnectionError;
  /** The time until a new urgent permit comes, unless the service asked for a back-off. */
  backlogMs(): number;
  /** True where the service has said "too many requests" of late: then paid requests need permits, too. */
  isSlow(): boolean;
  /** The service said "too many requests" to one that was sent at `sentAt`: everybody backs off, then goes on more slowly. */
  slowDown(sentAt: number, waitMs: number | undefined): void;
  /** A good answer came: the rate recovers, a little at a time. */
  recover(): void;
  /** Takes one repetition from the budget. In an outage the budget runs out, so that requests are not multiplied. */
  takeRetry(): boolean;
  /** Tells how many jobs are waited for. */
  setJobs(count: number): void;
  /** The shortest time in which each job that is waited for can be polled once, and the numbers that it follows from. */
  round(): { readonly ms: number; readonly jobs: number; readonly requestsPerSecond: number };
}

/** Repetitions that a client saves up at most; each good answer earns a tenth of one. */
const mostRetries = 10;

/** The limit where the caller sets none: ten a second, from 250 jobs on a 25th of their number, at most a hundred. */
function defaultRate(jobs: number): number {
  return Math.min(100, Math.max(10, jobs / 25));
}

/** Makes the limits of one client: a steady rate with a burst of one second, halved after each "too many requests". */
export function createRateLimiter(options: LimiterOptions): RateLimiter {
  const { clock, requestsPerSecond } = options;
  let jobs = 0;
  /** The factor by which the service wants the requests slower than usual. */
  let slowness = 1;
  let takenAt = -Infinity;
  let slowedAt = -Infinity;
  let notBefore = -Infinity;
  let retries = mostRetries;
  const rate = () => requestsPerSecond ?? defaultRate(jobs);
  const usualMs = () => 1000 / rate();
  const dueAt = () => Math.max(takenAt + usualMs() * slowness, notBefore, clock.now() - 1000);
  const permits = createPermits(clock, dueAt, () => {
    takenAt = dueAt();
  });

  const refusal = (job?: JobRef) => refusalOf(dueAt() - clock.now(), job);

  return {
    pollInterval: (waitedMs, errors) =>
      pollInterval(options, waitedMs, errors, jobs > 1 ? jobs * usualMs() : 0),
    acquire: permits.take,
    acquireWithin: async (ms, signal, job) => {
      signal?.throwIfAborted();
      if (permits.tryTake()) return;
      if (notBefore - clock.now() > ms) throw refusal(job);
      const taken = scope({ clock, ms, signals: [signal] }, (inner) => permits.take(inner, true));
      await taken.catch((error: unknown) => {
        throw error === timedOut ? refusal(job) : error;
      });
    },
    refusal,
    backlogMs: () => (permits.urgentWaiting() + 1) * usualMs(),
    isSlow: () => slowness > 1 || notBefore > clock.now(),
    slowDown: (sentAt, waitMs = 1000) => {
      notBefore = Math.max(notBefore, clock.now() + waitMs);
      // Ignore 429s of requests that were sent before the last slow-down.
      if (sentAt <= slowedAt) return;
      slowedAt = clock.now();
      slowness = Math.max(slowness, Math.min(slowness * 2, 10_000 / usualMs()));
    },
    recover: () => {
      retries = Math.min(mostRetries, retries + 0.1);
      if (slowness === 1) return;
      slowness = Math.max(1, 1 / (1 / slowness + 0.05));
      permits.refresh();
    },
    takeRetry: () => retries >= 1 && retries-- > 0,
    setJobs: (count) => {
      const before = rate();
      jobs = count;
      if (rate() > before) permits.refresh();
    },
    round: () => ({ ms: jobs * usualMs(), jobs, requestsPerSecond: rate() }),
  };
}

function refusalOf(waitMs: number, job: JobRef | undefined): ConnectionError {
  const seconds = Math.ceil(Math.max(0, waitMs) / 1000);
  return new ConnectionError(
    `The service said "too many requests": the next request may be sent in ${seconds} s, and this one not in time. ` +
      `Nothing was paid for it.`,
    { job },
  );
}
