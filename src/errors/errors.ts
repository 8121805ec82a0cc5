import type {
  ErrorCode,
  ErrorFields,
  HttpFields,
  InputFields,
  JobFields,
  JobRef,
  JobTimeoutFields,
  OwnFields,
  ResponseFields,
  SubmitPhase,
  SubmitUnknownFields,
} from "./error-fields.js";
import type { Issue } from "./issue.js";

const brand = Symbol.for("runcomfy-models.error");

/** The parent of every error of this package. Tell them apart by `code`, which also works across copies of the package. */
export class RunComfyError<Fields extends ErrorFields = OwnFields> extends Error {
  declare readonly code: ErrorCode;
  /** The job that the error is about, ready for `client.job(error.job)`. */
  declare readonly job?: JobRef;
  /** The wait that the service's `Retry-After` asks for, where an answer had one. */
  declare readonly retryAfterMs?: number;
  /** Kept out of prints and JSON: answers may be long. */
  declare readonly raw?: unknown;

  constructor(message: string, fields?: Fields) {
    super(message);
    // The code becomes an own field here, so that prints and JSON show it.
    for (const [key, value] of Object.entries({ code: this.code, ...fields })) {
      const enumerable = key !== "cause" && key !== "raw";
      if (value !== undefined)
        Object.defineProperty(this, key, { value, enumerable, configurable: true, writable: true });
    }
  }

  /** Plain data without the stack, safe to log. */
  toJSON(): { name: string; message: string; code: ErrorCode; job?: JobRef } {
    return { ...this, name: this.name, message: this.message };
  }
}

/** The token, the base URL or another option of the client cannot be used. Nothing was sent. */
export class ConfigError extends RunComfyError {
  declare readonly code: "config";
}

/** The input does not fit the model, or would cost more than allowed. Nothing was sent. */
export class InputError extends RunComfyError<InputFields> {
  declare readonly code: "input";
  declare readonly modelId: string;
  /** Everything that is wrong, not only the first thing. */
  declare readonly issues: readonly Issue[];
}

/** The service refused the request. */
export class HttpError extends RunComfyError<HttpFields> {
  declare readonly code: "http" | "auth" | "insufficient_balance" | "not_found";
  declare readonly status: number;
  declare readonly errorCode?: number | string;
  declare readonly body?: string;
}

/** The token is wrong, expired or revoked, or the account may not do this. */
export class AuthError extends HttpError {
  declare readonly code: "auth";
}

/** The balance is too low for this job. Nothing was started. */
export class InsufficientBalanceError extends HttpError {
  declare readonly code: "insufficient_balance";
}

/** The model or the job does not exist; jobs are also deleted and expire. */
export class NotFoundError extends HttpError {
  declare readonly code: "not_found";
  /** Known model ids that are close to the one asked for; only of a client with the option `suggest`. */
  declare readonly nearest?: readonly string[];
}

/** No answer came, and nothing was paid. */
export class ConnectionError extends RunComfyError {
  declare readonly code: "connection";
}

/** An answer came that could not be understood. */
export class ResponseError extends RunComfyError<ResponseFields> {
  declare readonly code: "response";
  declare readonly status?: number;
  declare readonly body?: string;
}

/**
 * The paid request may have been accepted. It is never repeated: check Generations on runcomfy.com before you send it again.
 */
export class SubmitUnknownError extends RunComfyError<SubmitUnknownFields> {
  declare readonly code: "submit_unknown";
  /** The phase that the request had reached. */
  declare readonly phase: SubmitPhase;
  declare readonly modelId: string;
  declare readonly status?: number;
  declare readonly body?: string;
}

/** The job ran and failed. `raw` is the whole result. */
export class JobFailedError extends RunComfyError<JobFields> {
  declare readonly code: "job_failed";
  declare readonly job: JobRef;
}

/** The job was cancelled. */
export class JobCancelledError extends RunComfyError<JobFields> {
  declare readonly code: "job_cancelled";
  declare readonly job: JobRef;
}

/** The wait is over, the job is not: it goes on running and may be billed. `client.job(error.job)` waits on. */
export class JobTimeoutError extends RunComfyError<JobTimeoutFields> {
  declare readonly code: "job_timeout";
  declare readonly job: JobRef;
  /** The last status word seen, as the service wrote it. */
  declare readonly lastStatus?: string;
  /** The number of times that each status word, or error code, was seen. */
  declare readonly seen: { readonly [word: string]: number };
}

/**
 * The caller's signal ended a call about a job that was accepted; the job goes on and may be billed. `cause` is the signal's
 * reason, and `name` that reason's own name, such as "AbortError" or "TimeoutError".
 */
export class JobAbortedError extends RunComfyError<JobFields> {
  declare readonly code: "job_aborted";
  declare readonly job: JobRef;
}

const classes = {
  config: ConfigError,
  input: InputError,
  http: HttpError,
  auth: AuthError,
  insufficient_balance: InsufficientBalanceError,
  not_found: NotFoundError,
  connection: ConnectionError,
  response: ResponseError,
  submit_unknown: SubmitUnknownError,
  job_failed: JobFailedError,
  job_cancelled: JobCancelledError,
  job_timeout: JobTimeoutError,
  job_aborted: JobAbortedError,
};
Object.assign(RunComfyError.prototype, { name: "RunComfyError", [brand]: true });
// Names are made of the codes, since minifiers change those of the classes, and are kept by the prototypes, so that prints and
// JSON do not show them twice.
for (const [code, { prototype }] of Object.entries(classes)) {
  const name = code.replace(/(?:^|_)(.)/g, (_, first: string) => first.toUpperCase());
  Object.assign(prototype, { code, name: `${name}Error` });
}

/** Every error that this package throws, told apart by `code`. */
export type AnyRunComfyError =
  | ConfigError
  | InputError
  | (HttpError & { readonly code: "http" })
  | AuthError
  | InsufficientBalanceError
  | NotFoundError
  | ConnectionError
  | ResponseError
  | SubmitUnknownError
  | JobFailedError
  | JobCancelledError
  | JobTimeoutError
  | JobAbortedError
  | (RunComfyError & {
      readonly code: "key_conflict" | "budget" | "record" | "save" | "batch" | "upload";
    });

/** Tells whether a value is an error of this package, also when another copy of it made the error. */
export function isRunComfyError(value: unknown): value is AnyRunComfyError {
  try {
    return typeof value === "object" && value !== null && brand in value;
  } catch {
    // In `catch` blocks anything may be asked about, also a Proxy that throws when it is inspected.
    return false;
  }
}
