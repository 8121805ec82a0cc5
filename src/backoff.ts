/** How often jobs are looked at. */
export interface PaceOptions {
  /** The shortest and the longest gap between two looks at one job. */
  readonly minGapMs: number;
  readonly maxGapMs: number;
  /** Looks per second of all jobs together. */
  readonly looksPerSecond: number;
  readonly random: () => number;
}

/** The limits that all calls of one client share. */
export interface Pace {
  /** The gap to the next look at a job that was waited for this long, or after this many errors in a row. */
  gap(waitedMs: number, errors: number): number;
  /** Takes a place among the looks of all jobs: how long it is until its turn. */
  turn(now: number): number;
  /** How long a paid call must wait: nothing, unless the service has said "too many" of late. */
  hold(now: number): number;
  /** The service said "too many": everybody slows down. */
  slow(now: number, retryAfterMs: number | undefined): void;
  /** An answer came: the pace recovers, a little at a time. */
  recover(): void;
  /** Whether one more repetition may be made; in an outage they run out, so that it is not multiplied. */
  mayRetry(): boolean;
}

/** A tenth of the time already waited, between the shortest and the longest gap, give or take a tenth. */
export const pollGap = (waitedMs: number, { minGapMs, maxGapMs, random }: PaceOptions): number => {
  const clamp = (ms: number) => Math.min(maxGapMs, Math.max(minGapMs, ms));
  return clamp(clamp(waitedMs / 10) * (0.9 + 0.2 * random()));
};

/** Doubling from half a second to ten, give or take a quarter. */
export const retryGap = (failures: number, random: () => number): number =>
  Math.min(10_000, 250 * 2 ** failures) * (0.75 + 0.5 * random());

/** Repetitions that a client saves up at most; each good answer earns a tenth of one. */
const mostRetries = 10;

/** The shared limits: a token bucket for looks with a burst of one second, halved by each "too many". */
export const createPace = (options: PaceOptions): Pace => {
  const usual = 1000 / options.looksPerSecond;
  let interval = usual;
  let next = -Infinity;
  let pausedUntil = -Infinity;
  let retries = mostRetries;
  const turn = (now: number) => {
    const place = Math.max(next, now - 1000, pausedUntil);
    next = place + interval;
    return Math.max(0, place - now);
  };
  return {
    gap: (waitedMs, errors) =>
      Math.max(pollGap(waitedMs, options), errors > 0 ? retryGap(errors, options.random) : 0),
    turn,
    hold: (now) => (interval > usual ? turn(now) : 0),
    slow: (now, retryAfterMs) => {
      interval = Math.min(interval * 2, 10_000);
      pausedUntil = Math.max(pausedUntil, now + (retryAfterMs ?? 1000));
    },
    recover: () => {
      interval = Math.max(usual, 1 / (1 / interval + 0.05 / usual));
      retries = Math.min(mostRetries, retries + 0.1);
    },
    mayRetry: () => retries >= 1 && retries-- > 0,
  };
};

/** The three ways in which HTTP writes a date, without the day of the week: `06 Nov 1994 … GMT`, `06-Nov-94 … GMT`, `Nov  6 … 1994`. */
const dates = /\d\d[ -]\w{3}[ -](?:\d\d){1,2} [\d:]{8} GMT|\w{3} [ \d]\d [\d:]{8} \d{4}/g;

const readDates = (text: string | null): number[] =>
  [...(text ?? "").matchAll(dates)].map(([date]) =>
    Date.parse(date.replaceAll("-", " ").replace(/ ([\d:]{8}) (\d{4})$/, " $2 $1 GMT")),
  );

/** What a `Retry-After` asks for, in milliseconds: the longest of all that it says, dates measured by the server's own clock. */
export const readRetryAfter = (
  header: string | null,
  date: string | null,
  today: number,
): number | undefined => {
  const seconds = (header ?? "")
    .split(",")
    .filter((part) => /^\s*\d/.test(part))
    .map((part) => Number(part) * 1000);
  const start = readDates(date).find(Number.isFinite) ?? today;
  const waits = [...seconds, ...readDates(header).map((at) => Math.max(0, at - start))].filter(
    Number.isFinite,
  );
  return waits.length > 0 ? Math.max(...waits) : undefined;
};
