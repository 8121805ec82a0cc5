import type { JobRef } from "../../errors/error-fields.js";

/**
 * The state of a record.
 *
 * - `new`: known, not sent; or an attempt was refused for certain.
 * - `held`: not sent, because the budget does not cover the job, or no place is free.
 * - `sending`: an attempt has claimed the record and may be on the wire.
 * - `accepted`: the service has taken the job.
 * - `unknown`: perhaps paid. Never sent again by itself; a person accepts it with a job's id, or refuses it.
 * - `done`, `failed`, `cancelled`: the job has ended.
 * - `rejected`: the input or the model is at fault; nothing was paid.
 */
export type State =
  | "new"
  | "held"
  | "sending"
  | "accepted"
  | "unknown"
  | "done"
  | "failed"
  | "cancelled"
  | "rejected";

/** The name of a record. */
export interface RecordId {
  /** The service's address, such as `"https://model-api.runcomfy.net"`. */
  readonly origin: string;
  /** A batch, a user or a server that counts its keys by itself; empty for none. */
  readonly space: string;
  readonly key: string;
}

/** A file that was saved. */
export interface RecordedFile {
  /** The absolute path, or the address that an upload gave. */
  readonly path: string;
  readonly bytes?: number;
  /** In hex. */
  readonly sha256?: string;
  readonly contentType?: string;
}

/** The reason why a record is not done. */
export interface RecordFailure {
  /** The `code` of the error. */
  readonly code: string;
  readonly message: string;
}

/** A job of a record besides its present one: of an attempt before a retry, or accepted after a person had refused it. */
export interface OtherJob {
  readonly id: string;
  /** US dollars that were counted for it. */
  readonly usd?: number;
  /** US dollars that the service charged. */
  readonly costUsd?: number;
  /** Present where a person said that the job belongs here: a person can take that back. */
  readonly acceptedBy?: "person";
}

/** A record as it is put: known, not sent. */
export interface NewRecord extends RecordId {
  /** The model's id. */
  readonly model: string;
  /** SHA-256 of the input, in hex: see `inputHash`. */
  readonly inputHash: string;
  /** The input, with files as hashes and addresses without their query. Absent where only the hash is to be kept. */
  readonly input?: unknown;
  /** US dollars on the account before the job was sent, where the caller told: a hint for a person who settles an unknown outcome. */
  readonly balanceUsd?: number | undefined;
}

/** One job under one key, from the intent to its end. Plain JSON; dates are ISO 8601 in UTC. */
export interface JobRecord extends NewRecord {
  readonly state: State;
  /** Counts the claims; 0 before the first. */
  readonly attempt: number;
  /** The client that claimed the record last. */
  readonly owner?: string;
  /** Where the state is `sending`: after this date, unless it is moved on, the outcome is unknown. */
  readonly leaseUntil?: string;
  readonly job?: JobRef;
  /** Present where a person said that `job` is the record's: a person can take that back. */
  readonly acceptedBy?: "person";
  readonly otherJobs?: readonly OtherJob[];
  /** US dollars counted for the job before its cost is known. */
  readonly usd?: number;
  /** US dollars that the service charged. */
  readonly costUsd?: number;
  /** Milliseconds from the job's acceptance to its end, where the service tells. */
  readonly tookMs?: number;
  /** The budget that the dollars are taken from. */
  readonly budget?: string;
  /** The places one of which the job has; absent where it has none, or none any longer. */
  readonly place?: string;
  /** Where the job has ended, and its end is being handed over: the client that does it, and the date until which nobody else may. */
  readonly delivery?: { readonly owner: string; readonly until: string };
  /** The files that were saved; absent before the first save. */
  readonly files?: readonly RecordedFile[];
  /** The number of files that are still to be saved. */
  readonly filesMissing?: number;
  readonly error?: RecordFailure;
  readonly createdAt: string;
  readonly updatedAt: string;
}
