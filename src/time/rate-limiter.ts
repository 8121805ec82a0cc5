import { ConnectionError } from "../errors/errors.js";
import type { JobRef } from "../errors/errors.js";
import { createQueue } from "./permits.js";
import { throwIfAborted, timedOut, within } from "./clock.js";
import type { Clock, Signals } from "./clock.js";

/** How often jobs are looked at. */
export interface PaceOptions {
  /** The shortest and the longest gap between two looks at one job. */
  readonly minGapMs: number;
  readonly maxGapMs: number;
  /** Looks per second of all jobs together. */
  readonly looksPerSecond: number;
  readonly random: () => number;
  readonly clock: Clock;
}

/** The limits that all calls of one client share. */
export interface Pace {
  /** The gap to the next look at a job that was waited for this long, or after this many errors in a row. */
  gap(waitedMs: number, errors: number): number;
  /** Waits for a turn among the looks of all jobs; an abort gives the place back. Urgent ones go first. */
  turn(signals: Signals, urgent: boolean): Promise<void>;
  /** Waits for an urgent turn so long at most; a ConnectionError names the wait where it would be longer. */
  turnWithin(ms: number, signals: Signals, job?: JobRef): Promise<void>;
  /** Why a turn did not come in time. */
  refusal(job?: JobRef): ConnectionError;
  /** How long a new urgent turn takes to come, unless the service asks for a rest. */
  backlogMs(): number;
  /** Whether the service has said "too many" of late: then paid calls take turns as well. */
  isSlow(): boolean;
  /** The service said "too many" to a request that left at `sentAt`: everybody rests, and goes on more slowly. */
  slow(sentAt: number, restMs: number | undefined): void;
  /** An answer came: the pace recovers, a little at a time. */
  recover(): void;
  /** Whether one more repetition may be made; in an outage they run out, so that it is not multiplied. */
  mayRetry(): boolean;
}

/** A tenth of the time already waited, between the shortest and the longest gap, give or take a tenth. */
export function pollGap(waitedMs: number, { minGapMs, maxGapMs, random }: PaceOptions): number {
  const clamp = (ms: number) => Math.min(maxGapMs, Math.max(minGapMs, ms));
  return clamp(clamp(waitedMs / 10) * (0.9 + 0.2 * random()));
}

/** Doubling from half a second to ten, give or take a quarter. */
export function retryGap(failures: number, random: () => number): number {
  return Math.min(10_000, 250 * 2 ** failures) * (0.75 + 0.5 * random());
}

/** Repetitions that a client saves up at most; each good answer earns a tenth of one. */
const mostRetries = 10;

/** The shared limits: so many looks per second with a burst of one second, half as many after each "too many". */
export function createPace(options: PaceOptions): Pace {
  const { clock, looksPerSecond, random } = options;
  const usual = 1000 / looksPerSecond;
  let interval = usual;
  let last = -Infinity;
  let slowedAt = -Infinity;
  let restUntil = -Infinity;
  let retries = mostRetries;
  const due = () => Math.max(last + interval, restUntil, clock.now() - 1000);
  const queue = createQueue(clock, due, () => {
    last = due();
  });
  const refusal: Pace["refusal"] = (job) => {
    const seconds = Math.ceil(Math.max(0, due() - clock.now()) / 1000);
    return new ConnectionError(
      `The service said "too many requests": the next request may leave in ${seconds} s, and this one not in time. ` +
        `Nothing was paid for it.`,
      { job },
    );
  };
  return {
    gap: (waitedMs, errors) =>
      Math.max(pollGap(waitedMs, options), errors > 0 ? retryGap(errors, random) : 0),
    turn: queue.join,
    turnWithin: async (ms, signals, job) => {
      throwIfAborted(signals);
      if (queue.tryTake()) return;
      if (restUntil - clock.now() > ms) throw refusal(job);
      await within(clock, ms, signals, (signal) => queue.join([signal], true)).catch((error: unknown) => {
        throw error === timedOut ? refusal(job) : error;
      });
    },
    refusal,
    backlogMs: () => (queue.urgent() + 1) * usual,
    isSlow: () => interval > usual || restUntil > clock.now(),
    slow: (sentAt, restMs = 1000) => {
      const now = clock.now();
      restUntil = Math.max(restUntil, now + restMs);
      // Whoever left before the pace was last halved tells nothing new.
      if (sentAt <= slowedAt) return;
      slowedAt = now;
      interval = Math.max(interval, Math.min(interval * 2, 10_000));
    },
    recover: () => {
      retries = Math.min(mostRetries, retries + 0.1);
      if (interval === usual) return;
      interval = Math.max(usual, 1 / (1 / interval + 0.05 / usual));
      queue.refresh();
    },
    mayRetry: () => retries >= 1 && retries-- > 0,
  };
}

/** The three ways in which HTTP writes a date, without the day of the week: `06 Nov 1994 … GMT`, `06-Nov-94 … GMT`, `Nov  6 … 1994`. */
const dates = /\d\d[ -]\w{3}[ -](?:\d\d){1,2} [\d:]{8} GMT|\w{3} [ \d]\d [\d:]{8} \d{4}/g;

function readDates(text: string | null): number[] {
  return [...(text ?? "").matchAll(dates)].map(([date]) =>
    Date.parse(date.replaceAll("-", " ").replace(/ ([\d:]{8}) (\d{4})$/, " $2 $1 GMT")),
  );
}

/** What a `Retry-After` asks for, in milliseconds: the longest of all that it says, dates measured by the server's own clock. */
export function readRetryAfter(
  header: string | null,
  date: string | null,
  today: number,
): number | undefined {
  const seconds = (header ?? "")
    .split(",")
    .filter((part) => /^\s*\d/.test(part))
    .map((part) => Number(part) * 1000);
  const start = readDates(date).find(Number.isFinite) ?? today;
  const waits = [...seconds, ...readDates(header).map((at) => Math.max(0, at - start))].filter(
    Number.isFinite,
  );
  return waits.length > 0 ? Math.max(...waits) : undefined;
}
