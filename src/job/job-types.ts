import type { JobRef } from "../errors/error-fields.js";
import type { ResultOptions, SignalOptions, StatusOptions, WaitOptions } from "../options/client-options.js";
import type { JobStatus, JobUpdate } from "../protocol/status.js";

/** A job that the service has accepted. */
export interface Job<Output = unknown> {
  /** The service's `request_id`. Keep it: with the model's id it is all it takes to find the job again. */
  readonly id: string;
  readonly modelId: string;
  /**
   * One status request, now. Passing faults are repeated; with `tolerant: true` they are reported as `trouble` instead. Rejects
   * with AuthError, NotFoundError, ConnectionError, HttpError or ResponseError, or JobAbortedError.
   */
  status(options?: StatusOptions): Promise<JobUpdate>;
  /**
   * Each change of status or queue position, until the job has ended or the time is over (JobTimeoutError). Leaving the loop
   * stops the polling. The end may be a failure: `result()` tells.
   */
  watch(options?: WaitOptions): AsyncIterableIterator<JobUpdate>;
  /**
   * Waits for the end. Rejects with JobFailedError, JobCancelledError, JobTimeoutError (the job goes on), NotFoundError, or
   * JobAbortedError (the job goes on).
   */
  result(options?: ResultOptions): Promise<JobResult<Output>>;
  /** Asks the service to cancel. Only queued jobs can be cancelled; a job that runs on is no error. */
  cancel(options?: SignalOptions): Promise<CancelResult>;
  /** The reference that `client.job(saved)` takes. */
  toJSON(): JobRef;
}

/** The result of a finished job. */
export interface JobResult<Output = unknown> {
  /** The files that the model made, as URLs under the names of the service. Save them soon: they do not live for ever. */
  readonly output: Output;
  /** US dollars, where the service tells. */
  readonly cost?: number;
  readonly requestId: string;
  /** The id of the model that made it. */
  readonly model: string;
  /** As the service writes it, sometimes without a zone. */
  readonly createdAt: string | undefined;
  readonly finishedAt: string | undefined;
  /** The address of the service that ran the job. */
  readonly origin: string;
  /** The whole answer, untouched. Whole numbers beyond 2^53 are strings. */
  readonly raw: { readonly [name: string]: unknown };
}

/** The outcome of a cancel. */
export interface CancelResult {
  /** `"not_cancellable"`: it runs or has ended already, and is billed. */
  readonly outcome: "cancelled" | "not_cancellable";
  /** The status of the job now, as far as the service tells. */
  readonly status: JobStatus;
}
