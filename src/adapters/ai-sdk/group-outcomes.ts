import { isRunComfyError, RunComfyError } from "../../errors/errors.js";
import type { JobRef } from "../../errors/error-fields.js";
import { explain } from "../../protocol/platform-error.js";
import type { SdkWarning } from "./sdk-types.js";

/** The outcome of one of the jobs of a call. */
export type Outcome<Value> =
  | { readonly value: Value; readonly job: JobRef }
  | { readonly error: unknown; readonly job: JobRef | undefined };

/** Results of the jobs that succeeded, and a warning for each other one. */
export interface GroupResult<Value> {
  readonly values: readonly Value[];
  readonly jobs: readonly JobRef[];
  readonly warnings: readonly SdkWarning[];
}

/** One of several jobs: `at` counts them from 0. The task calls `keep` with the job as soon as the job is known. */
type Task<Value> = (keep: (job: JobRef) => void, at: number) => Promise<Value>;

/** Runs a task `n` times at once. No failure ends the others: what was paid for is waited for. */
export async function runEach<Value>(n: number, task: Task<Value>): Promise<Outcome<Value>[]> {
  return Promise.all(Array.from({ length: n }, (_, at) => runOne(task, at)));
}

async function runOne<Value>(task: Task<Value>, at: number): Promise<Outcome<Value>> {
  let job: JobRef | undefined;
  try {
    const value = await task((accepted) => {
      job = accepted;
    }, at);
    return { value, job: job! };
  } catch (error) {
    const told = isRunComfyError(error) ? error.job : undefined;
    return { error, job: told ?? job };
  }
}

/**
 * Sums up the jobs of one call. Throws where none succeeded: with the job of the error, and all jobs of the call in `jobs` and in the
 * message. It is never an error that the AI SDK would answer with another paid request.
 */
export function settleGroup<Value>(outcomes: readonly Outcome<Value>[]): GroupResult<Value> {
  const jobs = outcomes.flatMap(({ job }) => job ?? []);
  const values = outcomes.flatMap((outcome) => ("value" in outcome ? [outcome.value] : []));
  const failures = outcomes.flatMap((outcome) => ("error" in outcome ? [outcome] : []));
  if (values.length === 0) throw nameJobs(failures, jobs);
  const warnings = failures.map(({ error, job }): SdkWarning => {
    const named = job ? ` (job ${job.id})` : "";
    return {
      type: "other",
      message: `1 of ${outcomes.length} jobs failed${named}: ${explain(error, String)}`,
    };
  });
  return { values, jobs, warnings };
}

/** Picks the most telling error, and makes it name its job and the jobs of the others. */
function nameJobs(
  failures: readonly { readonly error: unknown; readonly job: JobRef | undefined }[],
  jobs: readonly JobRef[],
): unknown {
  const { error, job } = failures.find((one) => one.job) ?? failures[0]!;
  if (isRunComfyError(error) && (jobs.length === 0 || (jobs.length === 1 && error.job))) return error;
  if (jobs.length === 0 && !isRetried(error)) return error;
  const others = jobs.length > 1 ? ` All jobs of this call: ${jobs.map(({ id }) => id).join(", ")}.` : "";
  const led = leadToJob(error, job, others);
  return Object.defineProperty(led, "jobs", { value: jobs, enumerable: true });
}

/** Tells whether the AI SDK would repeat the whole call after this error. */
function isRetried(error: unknown): boolean {
  return (Object(error) as { isRetryable?: unknown }).isRetryable === true;
}

/** An error with the same code and name, and with a job. */
function leadToJob(error: unknown, job: JobRef | undefined, others: string): RunComfyError {
  const known = isRunComfyError(error) ? error : undefined;
  const message = `${known?.message ?? explain(error, String)}${others}`;
  const led = new RunComfyError(message, { code: known?.code ?? "response", job, cause: error });
  const { name } = Object(error) as { name?: unknown };
  // An abort keeps its name, by which the AI SDK and its callers know it.
  if (typeof name === "string") Object.defineProperty(led, "name", { value: name, configurable: true });
  return led;
}
