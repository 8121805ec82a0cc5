import { shorten } from "./text.js";

/**
 * The state of a job. `"completed"` means finished, not successful: only the result tells. `"unknown"` is a word that this
 * version does not know; the wait goes on.
 */
export type JobStatus = "in_queue" | "in_progress" | "completed" | "failed" | "cancelled" | "unknown";

/** Every known word, a state to a row: its own name first, then the other spellings seen. */
const words: readonly (readonly [JobStatus, ...string[]])[] = [
  ["in_queue", "queued", "pending", "waiting"],
  ["in_progress", "starting", "processing", "cancellation_requested"],
  ["completed", "succeeded"],
  ["failed", "error"],
  ["cancelled", "canceled"],
];

/** The state that a word of the service stands for, whatever its case and stray spaces. */
export function readState(word: unknown): JobStatus {
  const folded = typeof word === "string" ? word.trim().toLowerCase() : "";
  return words.find((row) => row.includes(folded.replace(/[\s-]+/g, "_")))?.[0] ?? "unknown";
}

/** Passing trouble of a status request, as data. */
export interface Trouble {
  /** The code of the error that the request would have rejected with. */
  readonly code: string;
  readonly message: string;
  readonly retryAfterMs?: number;
}

/** The answer of one status request. */
export interface JobUpdate {
  readonly requestId: string;
  readonly status: JobStatus;
  /** The status as the service wrote it, on one line and safe to print; empty where it wrote none. */
  readonly word: string;
  /** The number of jobs ahead; only while queued. */
  readonly queuePosition?: number;
  /** Only of `job.status({ tolerant: true })`: the request failed for a reason that passes, and `status` is `"unknown"`. */
  readonly trouble?: Trouble;
}

/** The update that an answer of the status call holds. */
export function readUpdate(requestId: string, body: { readonly [name: string]: unknown }): JobUpdate {
  const word = body["status"];
  const position = body["queue_position"] as number;
  const status = readState(word);
  const isBelievable = Number.isInteger(position) && position >= 0 && position <= 1e6;
  return {
    requestId,
    status,
    word: typeof word === "string" ? shorten(word, 100) : "",
    ...(status === "in_queue" && isBelievable && { queuePosition: position }),
  };
}

/** Tells whether nothing more will happen to a job with this status. */
export function isFinal(status: JobStatus): boolean {
  return ["completed", "failed", "cancelled"].includes(status);
}
