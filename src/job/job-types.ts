import type { JobRef } from "../errors/errors.js";
import type { ResultOptions, WaitOptions } from "../options/client-options.js";
import type { JobStatus, JobUpdate } from "../protocol/status.js";

/** A job that the service has accepted. */
export interface Job<Output = unknown> {
  /** The service's `request_id`. Keep it: with the model's id it is all it takes to find the job again. */
  readonly id: string;
  readonly modelId: string;
  /** One look, now. Passing faults are repeated. */
  status(options?: { readonly signal?: AbortSignal | undefined }): Promise<JobUpdate>;
  /**
   * Each change of status or queue position, until the job has ended or the time is over (JobTimeoutError). Leaving the loop
   * stops the looking. The end may be a failure: `result()` tells.
   */
  watch(options?: WaitOptions): AsyncIterableIterator<JobUpdate>;
  /**
   * Waits for the end. Rejects with JobFailedError, JobCancelledError, JobTimeoutError (the job goes on), NotFoundError, or
   * the reason of the signal (the job goes on).
   */
  result(options?: ResultOptions): Promise<JobResult<Output>>;
  /** Asks the service to cancel. Only queued jobs can be; a job that runs on is no error. */
  cancel(options?: { readonly signal?: AbortSignal | undefined }): Promise<CancelResult>;
  /** What `client.job(saved)` takes. */
  toJSON(): JobRef;
}

/** What a finished job gives. */
export interface JobResult<Output = unknown> {
  /** What the model made: URLs, as the service names them. Save them soon, they do not live for ever. */
  readonly output: Output;
  /** US dollars, where the service tells. */
  readonly cost?: number;
  readonly requestId: string;
  /** The id of the model that made it. */
  readonly model: string;
  /** As the service writes it, sometimes without a zone. */
  readonly createdAt: string | undefined;
  readonly finishedAt: string | undefined;
  /** The whole answer, untouched. Whole numbers beyond 2^53 are strings. */
  readonly raw: { readonly [name: string]: unknown };
}

/** What became of a cancel. */
export interface CancelResult {
  /** `"not_cancellable"`: it runs or has ended already, and is billed. */
  readonly outcome: "cancelled" | "not_cancellable";
  /** Where the job stands now, as far as the service tells. */
  readonly status: JobStatus;
}

/** A model as the live catalogue has it, under the catalogue's own names. New fields may appear at any time. */
export interface CatalogueEntry {
  readonly model_id: string;
  readonly display_name?: string;
  readonly description?: string;
  readonly categories?: readonly string[];
  readonly kind?: "model" | "workflow" | "inference";
  readonly base_price_usd?: number;
  readonly price_unit?: "output" | "second" | "image";
  readonly pricing_note?: string | null;
  readonly model_url?: string;
  /** A JSON Schema; only where it was asked for. */
  readonly input_schema?: { readonly [name: string]: unknown };
  readonly [name: string]: unknown;
}

/** One page of the live catalogue. */
export interface CataloguePage {
  readonly models: readonly CatalogueEntry[];
  /** How many models there are on all pages. */
  readonly total: number;
  readonly limit: number;
  readonly offset: number;
}

/** What `client.models.list` takes; every key may be left out. */
export interface ListOptions {
  readonly search?: string;
  readonly category?: string;
  readonly kind?: "model" | "workflow" | "inference";
  /** With each model's `input_schema`. Default false. */
  readonly includeSchema?: boolean;
  /** 1 to 500. Default 100. */
  readonly limit?: number;
  /** How many to skip. Default 0. */
  readonly offset?: number;
  readonly signal?: AbortSignal;
}

/** What the account has left. */
export interface Balance {
  readonly usd: number;
  /** Millionths of a dollar; exact where `usd` is rounded. */
  readonly microdollars: number;
  readonly currency: string;
}
