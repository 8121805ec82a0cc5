import type { Issue } from "./issue.js";

/**
 * The words of `error.code`. `"key_conflict"`, `"budget"` and `"record"` belong to `runcomfy-models/once`, `"save"` and `"batch"` to
 * `runcomfy-models/node`, and `"upload"` to `runcomfy-models/attach`.
 */
export type ErrorCode =
  | "config"
  | "input"
  | "http"
  | "auth"
  | "insufficient_balance"
  | "not_found"
  | "connection"
  | "response"
  | "submit_unknown"
  | "job_failed"
  | "job_cancelled"
  | "job_timeout"
  | "job_aborted"
  | "key_conflict"
  | "budget"
  | "record"
  | "save"
  | "batch"
  | "upload";

/** The reference that finds a job again: the same shape as `job.toJSON()`, accepted by `client.job(saved)`. */
export interface JobRef {
  /** The service's `request_id`. */
  readonly id: string;
  /** The id of the model that the job runs. */
  readonly model: string;
}

/** Fields that every error may carry. */
export interface ErrorFields {
  readonly cause?: unknown;
  /** The job that the error is about. */
  readonly job?: JobRef | undefined;
  /** The wait that the service's `Retry-After` asks for. */
  readonly retryAfterMs?: number | undefined;
}

/** Fields of `RunComfyError` itself: the code is for errors that have no class of their own. */
export interface OwnFields extends ErrorFields {
  readonly code?: ErrorCode;
  readonly raw?: unknown;
}

/** The phase that a paid request had reached when its answer was lost. */
export type SubmitPhase = "connecting" | "sending" | "waiting" | "reading" | "answered";

/** Fields of an `InputError`. */
export interface InputFields extends ErrorFields {
  readonly modelId: string;
  readonly issues: readonly Issue[];
}

/** Fields of a refusal by the service. */
export interface HttpFields extends ErrorFields {
  /** The HTTP status; the code of the body may say more. */
  readonly status: number;
  /** The service's own code, such as `400004`. */
  readonly errorCode?: number | string | undefined;
  /** The first 200 characters of the body, without the token. */
  readonly body?: string | undefined;
  /** Known model ids that are close to the one asked for; only of a client with the option `suggest`. */
  readonly nearest?: readonly string[];
}

/** Fields of a `ResponseError`. */
export interface ResponseFields extends ErrorFields {
  readonly status?: number | undefined;
  readonly body?: string | undefined;
  readonly raw?: unknown;
}

/** Fields of a `SubmitUnknownError`. */
export interface SubmitUnknownFields extends ErrorFields {
  readonly phase: SubmitPhase;
  readonly modelId: string;
  readonly status?: number | undefined;
  readonly body?: string | undefined;
}

/** Fields of an error about a job that was accepted. */
export interface JobFields extends ErrorFields {
  readonly job: JobRef;
  readonly raw?: unknown;
}

/** Fields of a `JobTimeoutError`. */
export interface JobTimeoutFields extends JobFields {
  readonly seen: { readonly [word: string]: number };
  readonly lastStatus?: string | undefined;
}
