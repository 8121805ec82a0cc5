import type { Client, InputOf, OutputOf, RunnableModel } from "../client.js";
import type { JobRef } from "../errors/error-fields.js";
import type { JobResult } from "../job/job-types.js";
import type {
  Logger,
  ResultOptions,
  RunOptions,
  SignalOptions,
  SubmitOptions,
} from "../options/client-options.js";
import type { Clock } from "../time/clock.js";
import type { JobUpdate } from "../protocol/status.js";
import type { JobRecord, RecordedFile, RecordFailure } from "./record/record.js";
import type { Places, Query, Store } from "./record/store.js";

/** A sum of dollars that all processes and restarts that name it share: it lies in the store. */
export interface Budget {
  readonly id: string;
  /** US dollars. */
  readonly maxUsd: number;
}

/** Options of `createOnce`. */
export interface OnceOptions {
  readonly client: Client;
  readonly store: Store;
  /** Keeps keys apart: those of a batch, a user, a server. Default: none. */
  readonly space?: string | undefined;
  /** Default: no limit. A job whose price is not known then needs `assumeUsd`. */
  readonly budget?: Budget | undefined;
  /**
   * US dollars to count for a job whose price is not known, or known only as a starting price; the estimate and the
   * highest cost seen of the model count where they are higher. Default none.
   */
  readonly assumeUsd?: number | undefined;
  /** Limits the jobs that run at the same time; the others are held. Default: no limit. */
  readonly places?: Places | undefined;
  /** False: records keep the input's hash only. Default true: they keep the input, with files as hashes. */
  readonly keepInput?: boolean | undefined;
  /** The outcome of an attempt counts as unknown when its program has not been heard of for this long. Default 30,000. */
  readonly leaseMs?: number | undefined;
  /** Names this client in records. Default: a random name. */
  readonly owner?: string | undefined;
  /** Default: `console` for a paid job that could not be noted, else none. */
  readonly logger?: Logger | undefined;
  /** Default: the platform's. */
  readonly clock?: Clock | undefined;
}

/** Makes the input of a job that has to be sent. */
export interface AttachInput {
  (input: unknown, call: { readonly signal?: AbortSignal | undefined }): Promise<unknown>;
  /** Gives the input for the record, with a hash in place of each file. Default: the input as it was given. */
  readonly note?: (input: unknown, call: { readonly signal?: AbortSignal | undefined }) => Promise<unknown>;
}

/** Options of `once.submit`. The limits of price are those of `createOnce`. */
export interface OnceSubmitOptions extends Pick<
  SubmitOptions,
  "signal" | "timeoutMs" | "check" | "precheck" | "onSend" | "onRefused" | "onJob"
> {
  /**
   * Makes the input that is sent, with local files attached: called only where the job has to be sent. `attachFiles(model)` of
   * `runcomfy-models/attach` also has the files hashed for the record; with a function of yours a path counts as text. Default: the
   * input is sent as it was given.
   */
  readonly attach?: AttachInput | undefined;
  /** US dollars on the account now, for the record: a hint for a person who settles an unknown outcome. Default none. */
  readonly balanceUsd?: number | undefined;
  /**
   * Called with the store's transaction while the acceptance is noted, so that both are stored or none. Stores without transactions
   * call it before. Default none.
   */
  readonly inTransaction?: ((executor: unknown, job: JobRef) => Promise<void>) | undefined;
}

/** Options of `once.run`: `timeoutMs` covers the submit and the wait. */
export interface OnceRunOptions extends OnceSubmitOptions, Pick<RunOptions, "onUpdate"> {}

/** The end of a job. */
export interface JobEnd {
  readonly record: JobRecord;
  readonly state: "done" | "failed" | "cancelled";
  /** Only where the state is `done`. */
  readonly result?: JobResult;
  /** The reason why the job failed or was cancelled. */
  readonly error?: RecordFailure;
  /** US dollars, where the service tells. */
  readonly costUsd?: number;
}

/** A job at one moment. */
export interface Standing {
  readonly record: JobRecord;
  /** The service's answer; absent where it was not asked. */
  readonly update?: JobUpdate;
  /** The end, where this call found it. */
  readonly end?: JobEnd;
}

/** Options of `once.settle`. */
export interface SettleOptions extends SignalOptions {
  /**
   * Called with the end, by one of all clients of the store. Where it throws, or its program ends before the end is noted, it is
   * called again by a later `settle`, after `leaseMs` at the earliest. What it throws is logged. Default none.
   */
  readonly onEnd?: ((end: JobEnd) => unknown) | undefined;
  /** A job that the service does not know counts as failed once its record is this old. Default: never, NotFoundError is thrown. */
  readonly goneAfterMs?: number | undefined;
}

/** Jobs under keys: one key, one job, one payment, however often it is asked for. */
export interface Once {
  /**
   * The result of the job under a key; sends it where nobody has. Twice at the same moment, in other processes or after a restart:
   * one paid request, one result.
   *
   * Rejects as `client.run` does; with SubmitUnknownError where an earlier attempt may have been paid, with KeyConflictError where
   * the key belongs to another model or input, with BudgetError where the budget does not cover the job, and with RecordError where the
   * record cannot be written: nothing is sent then, or the error has the paid `job`.
   */
  run<M extends RunnableModel>(
    key: string,
    model: M,
    input: InputOf<M>,
    options?: OnceRunOptions,
  ): Promise<JobResult<OutputOf<M>>>;
  /**
   * Sends the job under a key where nobody has, and gives its record: `accepted` or at its end, or `unknown` or `held`, which are
   * no errors here. Rejects as `run` does otherwise; what was refused for certain may be submitted again.
   */
  submit<M extends RunnableModel>(
    key: string,
    model: M,
    input: InputOf<M>,
    options?: OnceSubmitOptions,
  ): Promise<JobRecord>;
  /** Waits for the job under a key and gives its result. Rejects as `job.result` does; RecordError where nothing was sent. */
  result<Output = unknown>(key: string, options?: ResultOptions): Promise<JobResult<Output>>;
  /** Waits for the end and gives the record: a job that failed or was cancelled is no error. */
  wait(key: string, options?: ResultOptions): Promise<JobRecord>;
  /**
   * Asks the service once how the job under a key stands, and notes its end where it has ended. Asks nothing where the record is not
   * `accepted`. Rejects as `job.status` does, but for faults that pass.
   */
  settle(key: string, options?: SettleOptions): Promise<Standing>;
  /** The record under a key; `undefined` where there is none. Asks the store only. */
  status(key: string): Promise<JobRecord | undefined>;
  /** The records of this client's service and space. */
  list(query?: Pick<Query, "state" | "after" | "limit">): AsyncIterable<JobRecord>;
  /** Asks the service to cancel. The record follows where the job was cancelled. */
  cancel(key: string, options?: SignalOptions): Promise<JobRecord>;
  /**
   * A person's word that the job of an unknown record is this one. The service must know the job, model and input must be those of
   * the record where it tells them, and no other record of this service and space may have the job.
   */
  accept(key: string, jobId: string, options?: SignalOptions): Promise<JobRecord>;
  /**
   * A person's word that an unknown record was never paid: it may be sent again. With `jobId`, the person takes back an `accept` with
   * this job: the record is unknown again, or has one job fewer.
   */
  refuse(key: string, jobId?: string): Promise<JobRecord>;
  /** A person's wish for another job in place of one that failed, was cancelled or was rejected. */
  retry(key: string): Promise<JobRecord>;
  /** Notes which files of a job that is done are saved, and how many are missing. */
  noteFiles(
    key: string,
    saved: { readonly files: readonly RecordedFile[]; readonly missing?: number },
  ): Promise<JobRecord>;
  /** The input of a record as it was given, where the store keeps it for as long as it is needed; else `undefined`. */
  input(key: string): Promise<unknown>;
}
