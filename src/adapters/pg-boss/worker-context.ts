import type { Client, JobResult, RunnableModel } from "../../index.js";
import type { AttachInput } from "../../once/once-types.js";
import type { JobRecord, RecordedFile } from "../../once/record/record.js";
import type { PostgresExecutor } from "../../once/stores/postgres-connection.js";
import type { Clock } from "../../time/clock.js";
import type { BatchStore } from "./batch-store.js";
import type { BossModule } from "./boss.js";
import type { SubmitQueue } from "./submit-queue.js";
import type { Waits } from "./waits.js";

/** The files of a job, as they were saved. */
export interface SavedFiles {
  readonly files: readonly RecordedFile[];
  /** The number of files that could not be saved. */
  readonly missing: number;
}

/** Options of `runWorker`. */
export interface WorkerOptions {
  readonly client: Client;
  /** A pool of `pg`. */
  readonly pool: PostgresExecutor;
  /** The module pg-boss, version 10 or 12. */
  readonly boss: BossModule;
  /**
   * Ends the worker: nothing more is sent, answers that are on the wire are awaited for at most 6 s, and its waits go to other workers.
   */
  readonly signal: AbortSignal;
  /** Gives a model with its check and price, or its id where it is not known. */
  readonly loadModel: (id: string) => Promise<RunnableModel>;
  /** Makes the input that is sent, such as with addresses signed anew. Default: the row's input. */
  readonly attach?: ((model: RunnableModel) => AttachInput | undefined) | undefined;
  /** Saves the files of a job. Default: files are left where the service has them. */
  readonly save?:
    | ((result: JobResult, record: JobRecord, signal: AbortSignal) => Promise<SavedFiles>)
    | undefined;
  /** Paid requests at once. Default 4. */
  readonly submits?: number | undefined;
  /** Jobs that are waited for at once. Default 2,000. */
  readonly running?: number | undefined;
  /** Others take over the work of this worker when it has not been heard of for this long. Default 30,000. */
  readonly leaseMs?: number | undefined;
  /** Receives warnings for a person. */
  readonly log: (level: "warn", message: string) => void;
  /** Called with each record that this worker has moved on. */
  readonly onRecord?: ((record: JobRecord) => void) | undefined;
  /** The schema of the records. Default `"runcomfy"`. */
  readonly schema?: string | undefined;
  /** Default: the platform's. */
  readonly clock?: Clock | undefined;
}

/** The reason why a worker submits nothing more. */
export interface StopReason {
  /** `auth`: the token is refused. `refused`: too many submits in a row were. */
  readonly code: "auth" | "refused";
  readonly message: string;
}

/** Decides whether this worker may take another row. */
export interface SubmitGate {
  /** Set when this worker submits nothing more. */
  reason: StopReason | undefined;
  /** On the clock's scale: nothing is submitted before this. */
  closedUntil: number;
  /** Refusals in a row, without a success between them. */
  failures: number;
}

/** The parts that the loops of a worker share. */
export interface WorkerContext extends WorkerOptions {
  readonly clock: Clock;
  readonly store: BatchStore;
  readonly queue: SubmitQueue;
  readonly waits: Waits;
  readonly gate: SubmitGate;
  /** Aborts when the worker may not wait for anything any more. */
  readonly farewell: AbortSignal;
}

/** The pause after the database has failed, and between two questions for work where there was none. */
export const pauses = { afterFailure: 2000, whenIdle: 1000 } as const;
