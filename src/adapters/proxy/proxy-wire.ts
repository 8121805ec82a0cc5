import type { Issue } from "../../errors/issue.js";

/**
 * The wire between a page and the proxy. A page sends each call as a POST of JSON to the proxy's one address. Every answer is JSON and
 * `no-store`: the call's reply with status 200, or a {@link ProxyFailure} with another status.
 */
export type ProxyCall = SubmitCall | StatusCall | ResultCall | CancelCall | UploadCall | UserCall;

/** Sends the job under a key, or finds it: the same key of the same user is one job, however often it is sent. Reply: `ProxyJob`. */
export interface SubmitCall {
  readonly call: "submit";
  /** The id of one of the proxy's models. */
  readonly model: string;
  /** Made by the page for each job that a person wants: 8 to 128 letters, digits, `-` and `_`, such as `crypto.randomUUID()`. */
  readonly key: string;
  readonly input: { readonly [name: string]: unknown };
}

/** Asks for the state of a job, at least `pollAfterMs` after the last answer about it. Reply: `ProxyJob`. */
export interface StatusCall {
  readonly call: "status";
  readonly handle: string;
}

/** Asks for a job with its output, once its state is `"succeeded"`. Reply: `ProxyJob`. */
export interface ResultCall {
  readonly call: "result";
  readonly handle: string;
}

/** Asks the service to cancel a job: it can while the job is queued. Reply: `ProxyJob`, whose state tells the outcome. */
export interface CancelCall {
  readonly call: "cancel";
  readonly handle: string;
}

/** Asks for an address to upload one file to. Reply: `ProxyUpload`. */
export interface UploadCall {
  readonly call: "upload";
  readonly model: string;
  /** JSON pointer of the media field that the file is for, such as `"/image_url"` or `"/images/0"`. */
  readonly field: string;
  /** Such as `"image/png"`. */
  readonly contentType: string;
  /** The size of the file. */
  readonly bytes: number;
}

/** Asks who the user is, in the proxy's own words. Reply: `ProxyUser`. */
export interface UserCall {
  readonly call: "user";
}

/**
 * The state of a job.
 *
 * - `sending`: on its way to the service; perhaps it waits for its turn there.
 * - `in_queue`, `in_progress`: the service has it.
 * - `succeeded`, `failed`, `cancelled`: it has ended.
 * - `unknown`: perhaps paid. It is never sent again under this key; `error` says what to do.
 */
export type ProxyState =
  | "sending"
  | "in_queue"
  | "in_progress"
  | "succeeded"
  | "failed"
  | "cancelled"
  | "unknown";

/** A job as a page sees it. */
export interface ProxyJob extends ProxyUser {
  /** Finds the job again. It is of use to this user only: to any other the proxy says that there is no such job. */
  readonly handle: string;
  /** The key that it was sent under. */
  readonly key: string;
  readonly model: string;
  readonly state: ProxyState;
  /** The number of jobs ahead; only while queued, and only where the service tells. */
  readonly queuePosition?: number;
  /** Milliseconds from the first time that the job was asked for to its end, or to now. */
  readonly elapsedMs: number;
  /** Milliseconds to wait before the next status call; absent where nothing more will happen. */
  readonly pollAfterMs?: number;
  /** The model's output, in the names of the service; only in replies to a result call. */
  readonly output?: unknown;
  /** The reason why the job failed, was cancelled or is unknown. */
  readonly error?: ProxyError;
}

/** A user, as a page may know them. */
export interface ProxyUser {
  /**
   * The same for the same user, another one for every other, and nothing else can be told from it. A page keeps it beside a handle,
   * and drops a handle that was kept for another user.
   */
  readonly user: string;
}

/** An address to upload one file to, and what stands for the file in an input. */
export interface ProxyUpload extends ProxyUser {
  /** Where the file goes, by PUT, with exactly these headers. */
  readonly uploadUrl: string;
  readonly headers: { readonly [name: string]: string };
  /** The text to put into the media field once the file is there. It is of use to this user, model and field only. */
  readonly value: string;
  /** Milliseconds for which the address takes the file. */
  readonly expiresInMs: number;
}

/**
 * The kind of a failure.
 *
 * - `unauthorized` (401): nobody is logged in. `origin` (403): the page is not one of ours.
 * - `not_found` (404): no such model for this proxy, or no such job for this user.
 * - `request` (400), `method` (405), `media_type` (415), `too_large` (413): the request is not one of the calls above.
 * - `input` (422): the input does not fit; `issues` say where.
 * - `key_conflict` (409): the key belongs to a job with another input.
 * - `budget` (402): the user's dollars of today are spent. `running` (429): too many of the user's jobs run.
 * - `refused` (502): the service refused the job, and nothing was paid.
 * - `unavailable` (503): something did not answer in time; the same call may be made again, under the same key.
 * - `internal` (500): the proxy failed; its log says why.
 */
export type ProxyErrorCode =
  | "unauthorized"
  | "origin"
  | "not_found"
  | "request"
  | "method"
  | "media_type"
  | "too_large"
  | "input"
  | "key_conflict"
  | "budget"
  | "running"
  | "refused"
  | "unavailable"
  | "internal"
  | "job_failed"
  | "job_cancelled"
  | "submit_unknown";

/** The reason of a failure, or of a job's end. */
export interface ProxyError {
  readonly code: ProxyErrorCode;
  /** In English, with what to do. Nothing of the server is in it. */
  readonly message: string;
  /** Everything that is wrong with an input. */
  readonly issues?: readonly Issue[];
  /** Milliseconds after which the same call may succeed. */
  readonly retryAfterMs?: number;
}

/** The body of an answer whose status is not 200. */
export interface ProxyFailure {
  readonly error: ProxyError;
}
