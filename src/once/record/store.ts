import type { JobRef } from "../../errors/error-fields.js";
import type { JobRecord, NewRecord, RecordedFile, RecordFailure, RecordId, State } from "./record.js";

/** An attempt's claim of a record. */
export interface Claim {
  /** Names the client that claims. */
  readonly owner: string;
  /** After this time without a renewal the outcome of the attempt counts as unknown. */
  readonly leaseMs: number;
  /** US dollars to count for the job. */
  readonly usd?: number | undefined;
  /** The budget that must cover the job. All calls that name it share it, over restarts, too. */
  readonly budget?: { readonly id: string; readonly maxUsd: number } | undefined;
  /** The places of which one must be free for the job. */
  readonly places?: Places | undefined;
}

/**
 * The jobs that may run at the same time: one takes its place with the claim, and gives it back when it has ended, was refused or is
 * moved to `"placeless"`. All that name the places share them, and their restarts, too.
 */
export interface Places {
  /** Not the name of a budget. */
  readonly id: string;
  readonly most: number;
}

/**
 * A change of a record's state, told by the state that follows. All are fenced by `attempt`, the number of the claim that they are
 * about: one about an earlier claim changes nothing. Only acceptances always count.
 */
export type Move =
  /** `"not started"`: the attempt certainly started nothing. `"refused"`: a person says so. `"retry"`: a person wants another job. `"cap raised"`: a held one is tried again. */
  | {
      readonly to: "new";
      readonly attempt: number;
      readonly because: "not started" | "refused" | "retry" | "cap raised";
      readonly error?: RecordFailure | undefined;
    }
  | { readonly to: "accepted"; readonly attempt: number; readonly job: JobRef; readonly by?: "person" }
  /** A person takes back that this job is the record's. */
  | { readonly to: "without job"; readonly attempt: number; readonly jobId: string }
  | { readonly to: "unknown"; readonly attempt: number; readonly error?: RecordFailure | undefined }
  /** Also adds a cost or files to a record that is done. */
  | {
      readonly to: "done";
      readonly attempt: number;
      readonly costUsd?: number | undefined;
      readonly tookMs?: number | undefined;
      readonly files?: readonly RecordedFile[] | undefined;
      readonly filesMissing?: number | undefined;
      readonly error?: RecordFailure | undefined;
    }
  | {
      readonly to: "failed" | "cancelled";
      readonly attempt: number;
      readonly costUsd?: number | undefined;
      readonly error: RecordFailure;
    }
  | { readonly to: "rejected"; readonly attempt: number; readonly error: RecordFailure }
  /**
   * The job has ended, and `owner` hands its end over to the program. Place and cost are settled, the state stays `accepted`, and
   * until `leaseMs` are over nobody else can do the same. The end itself follows as a move of its own.
   */
  | {
      readonly to: "delivering";
      readonly attempt: number;
      readonly owner: string;
      readonly leaseMs: number;
      readonly costUsd?: number | undefined;
    }
  /** The job gives up its place, although its end is not known. The state stays. */
  | { readonly to: "placeless"; readonly attempt: number };

/** A selection of records. */
export interface Query {
  readonly origin?: string | undefined;
  readonly space?: string | undefined;
  readonly state?: State | undefined;
  /** Goes on behind this key; needs `origin` and `space`. */
  readonly after?: string | undefined;
  /** Default: no limit. */
  readonly limit?: number | undefined;
}

/** A selection of the records that were changed last. */
export interface RecentQuery {
  readonly origin: string;
  readonly space?: string | undefined;
  readonly model?: string | undefined;
  readonly limit: number;
}

/** The extent to which a store keeps its promise when a program, the machine or a server dies. */
export type Durability = "none" | "best-effort" | "fsync" | "server";

/** A place for records. Every method is atomic over all processes that use the same place. */
export interface Store {
  /**
   * Creates tables or files where they are missing and may be created, and never alters what is there. Says how durable the store
   * is. Calling it again is no error.
   */
  open(): Promise<{ readonly durability: Durability; readonly warning?: string }>;
  /** Inserts if absent, and returns what is there. A record that was never accepted takes the new model and input. */
  put(record: NewRecord): Promise<JobRecord>;
  /** The record as it stands now. */
  get(id: RecordId): Promise<JobRecord | undefined>;
  /**
   * From `new` or `held` to `sending`, with the budget reserved in the same step; to `held` where the budget does not cover the
   * job.
   */
  claim(id: RecordId, claim: Claim): Promise<{ readonly won: boolean; readonly record: JobRecord }>;
  /** Extends the lease of a claim. False where the record is no longer being sent under it. */
  renew(id: RecordId, attempt: number, leaseMs: number): Promise<boolean>;
  /** Any other change of state; returns the record as it then is. `inTransaction` is for stores in a database with transactions. */
  move(
    id: RecordId,
    to: Move,
    options?: { readonly inTransaction?: (executor: unknown) => Promise<void> },
  ): Promise<JobRecord>;
  /** In the order of origin, space and key, by code point. */
  list(query?: Query): AsyncIterable<JobRecord>;
  /**
   * Accepted and finished jobs, the ones that were changed last first. For stores that can tell without reading all records; of the
   * others a part is listed.
   */
  readonly recent?: (query: RecentQuery) => Promise<readonly JobRecord[]>;
  /** The US dollars that a budget has committed, or the number of places that are taken. */
  committed(budget: string): Promise<number>;
  /** Inputs as they are sent, for as long as the job may still have to be sent or saved. */
  readonly payload: {
    /** Keeps an input, which must be JSON. */
    put(id: RecordId, input: unknown): Promise<void>;
    /** `undefined` where none is kept. */
    get(id: RecordId): Promise<unknown>;
    /** Removes it where it is kept. */
    remove(id: RecordId): Promise<void>;
  };
  /** Closes the files and connections that the store itself has opened. */
  close(): Promise<void>;
}
