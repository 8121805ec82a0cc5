/** The bounds of the interval between two status requests about one job. */
export interface PollIntervals {
  readonly minPollIntervalMs: number;
  readonly maxPollIntervalMs: number;
  /** Numbers from 0 up to 1, for the jitter. */
  readonly random: () => number;
}

/** A tenth of the time already waited, between the two bounds, give or take a tenth. */
export function pollInterval(
  waitedMs: number,
  { minPollIntervalMs, maxPollIntervalMs, random }: PollIntervals,
): number {
  const clamp = (ms: number) => Math.min(maxPollIntervalMs, Math.max(minPollIntervalMs, ms));
  return clamp(clamp(waitedMs / 10) * (0.9 + 0.2 * random()));
}

/** Doubles from half a second to ten with each failure in a row, give or take a quarter. */
export function retryDelay(failures: number, random: () => number): number {
  return Math.min(10_000, 250 * 2 ** failures) * (0.75 + 0.5 * random());
}
