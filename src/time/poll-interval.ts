import { retryDelay } from "./back-off.js";

/** The bounds of the interval between two status requests about one job. */
export interface PollIntervals {
  readonly minPollIntervalMs: number;
  readonly maxPollIntervalMs: number;
  /** Numbers from 0 up to 1, for the jitter. */
  readonly random: () => number;
}

/**
 * The interval to the next status request about a job: a tenth of the time already waited, between the two bounds, give or take a
 * tenth. After errors in a row it is at least the back-off, and always at least `roundMs`, in which the rate limit lets each job of
 * the client be polled once: more polls than permits would only queue, and the waiters' deadlines would pass in that queue.
 */
export function pollInterval(
  { minPollIntervalMs, maxPollIntervalMs, random }: PollIntervals,
  waitedMs: number,
  errors: number,
  roundMs: number,
): number {
  const clamp = (ms: number) => Math.min(maxPollIntervalMs, Math.max(minPollIntervalMs, ms));
  const usualMs = clamp(clamp(waitedMs / 10) * (0.9 + 0.2 * random()));
  return Math.max(usualMs, errors > 0 ? retryDelay(errors, random) : 0, roundMs);
}
