import type { JobRef } from "../errors/error-fields.js";
import {
  JobAbortedError,
  JobCancelledError,
  JobFailedError,
  JobTimeoutError,
  ResponseError,
} from "../errors/errors.js";
import { describeFailure } from "../protocol/text.js";
import type { RateLimiter } from "../time/rate-limiter.js";
import type { JobResult } from "./job-types.js";
import { isEmptyOutput, readResult } from "./result.js";
import type { Ending, Waiter, WaitState } from "./wait-state.js";

/** The error of a waiter whose time is over. */
export function timeoutError(
  job: JobRef,
  { update, seen, finishedAt }: WaitState,
  { timeoutMs }: Waiter,
  cause: unknown,
  round: ReturnType<RateLimiter["round"]>,
): JobTimeoutError {
  const last = update ? ` (last status "${update.word}")` : "";
  const time = `${Math.round(timeoutMs)} ms`;
  const happened =
    finishedAt === undefined
      ? `was not finished after ${time}${last}. It goes on and may be billed; client.job(error.job) waits on.`
      : `has ended${last}, but its result did not come within ${time}. It may be billed; client.job(error.job) asks again.`;
  // With a longer round than the time of the wait, the client's own limit may be the reason.
  const isCrowded = round.jobs > 1 && round.ms * 3 > timeoutMs;
  const crowd =
    ` This client waits for ${round.jobs} jobs at ${round.requestsPerSecond} requests a second: it can ask about each of them ` +
    `only every ${Math.ceil(round.ms / 1000)} s. Raise requestsPerSecond or timeoutMs.`;
  const reason = cause instanceof Error ? ` The last request failed: ${cause.message}` : "";
  return new JobTimeoutError(`Job ${job.id} ${happened}${isCrowded ? crowd : ""}${reason}`, {
    job,
    lastStatus: update?.word,
    seen: { ...seen },
    cause,
  });
}

/** The error of a call about a job that the caller's signal ended. */
export function abortedError(job: JobRef, reason: unknown): JobAbortedError {
  const message = `The call was aborted. Job ${job.id} goes on and may be billed; client.job(error.job) waits on.`;
  const { name } = Object(reason) as { name?: unknown };
  // Code that looks at an abort's name goes on working.
  return Object.defineProperty(new JobAbortedError(message, { job, cause: reason }), "name", {
    value: typeof name === "string" && name !== "" ? name : "AbortError",
    configurable: true,
    writable: true,
  });
}

/** The result of a job that succeeded; any other end is an error. */
export function settleEnding(job: JobRef, { state, raw }: Ending): JobResult {
  if (state === "succeeded") {
    if (!isEmptyOutput(raw["output"])) return readResult(job, raw);
    throw new ResponseError(`Job ${job.id} succeeded, but its output is empty.`, { job, raw });
  }
  if (state === "cancelled") throw new JobCancelledError(`Job ${job.id} was cancelled.`, { job, raw });
  const said = describeFailure(raw["error"]) || describeFailure(raw) || "the service gives no reason";
  throw new JobFailedError(`Job ${job.id} of ${job.model} failed: ${said}`, { job, raw });
}
