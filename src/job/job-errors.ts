import type { JobRef } from "../errors/error-fields.js";
import { JobAbortedError, JobTimeoutError } from "../errors/errors.js";
import type { RateLimiter } from "../time/rate-limiter.js";
import type { WaitState } from "./wait-state.js";

/** The error of a waiter whose time is over. `round`: the longest in which all jobs of the client could be polled once. */
export function timeoutError(
  job: JobRef,
  { update, seen, finishedAt, poll }: WaitState,
  timeoutMs: number,
  lastError: unknown,
  limiter: RateLimiter,
  { jobs, ms, requestsPerSecond }: ReturnType<RateLimiter["round"]>,
): JobTimeoutError {
  const cause = poll === "waiting" && limiter.isSlow() ? limiter.refusal(job) : lastError;
  const last = update ? ` (last status "${update.word}")` : "";
  const time = `${Number((timeoutMs / 1000).toPrecision(3))} s`;
  const happened =
    finishedAt === undefined
      ? `was not finished after ${time}${last}. It goes on and`
      : `has ended${last}, but its result did not come within ${time}. It`;
  // With a longer round than the time of the wait, the client's own limit may be the reason.
  const crowd =
    jobs > 1 && ms * 3 > timeoutMs
      ? ` This client waits for ${jobs} jobs at ${requestsPerSecond} requests a second: it polls each of them only ` +
        `every ${Math.ceil(ms / 1000)} s. Raise requestsPerSecond or timeoutMs.`
      : "";
  const reason = cause instanceof Error ? ` The last request failed: ${cause.message}` : "";
  return new JobTimeoutError(
    `Job ${job.id} ${happened} may be billed; client.job(error.job) waits on.${crowd}${reason}`,
    { job, lastStatus: update?.word, seen, cause },
  );
}

/** The error of a call about a job that the caller's signal ended. */
export function abortedError(job: JobRef, reason: unknown): JobAbortedError {
  const message = `The call was aborted. Job ${job.id} goes on and may be billed; client.job(error.job) waits on.`;
  const { name } = Object(reason) as { name?: unknown };
  // Code that checks the name of an abort's error goes on working.
  return Object.defineProperty(new JobAbortedError(message, { job, cause: reason }), "name", {
    value: typeof name === "string" && name ? name : "AbortError",
    configurable: true,
    writable: true,
  });
}
