import type { Client } from "../client.js";
import type { JobRef } from "../errors/error-fields.js";
import type { Log } from "../options/callbacks.js";
import type { Clock } from "../time/clock.js";
import type { Budget } from "./once-types.js";
import type { RecordId } from "./record/record.js";
import type { Places, Store } from "./record/store.js";
import type { SubmittedJobs } from "./submitted-jobs.js";

/** A job that was paid for a claim of a record. */
export interface PaidJob {
  readonly job: JobRef;
  readonly attempt: number;
}

/**
 * What the clients of one token and one store have learnt about the account. Facts only, never a promise of work that is under way.
 */
export interface KnownAccount {
  /** True once the service has told of a job on record: the token is of the account that paid for it. */
  isProven?: boolean;
}

/** The parts that all calls of one `Once` share. */
export interface OnceContext {
  readonly client: Client;
  readonly store: Store;
  readonly owner: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly leaseMs: number;
  readonly keepInput: boolean;
  readonly budget: Budget | undefined;
  readonly places: Places | undefined;
  readonly assumeUsd: number | undefined;
  readonly idOf: (key: string) => RecordId;
  readonly submitted: SubmittedJobs;
  /** Paid jobs whose acceptance the store has not taken yet, by record. */
  readonly unnoted: Map<string, PaidJob>;
  /** The highest cost on record, in US dollars, by model, and when it was read by the clock. */
  readonly highestUsd: Map<string, { readonly usd: number; readonly readAt: number }>;
  /** Refuses, before the first job is sent, a token of another account than that of the recorded jobs. */
  readonly checkAccount: () => Promise<void>;
}
