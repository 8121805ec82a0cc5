import type { Client } from "../../client.js";
import type { CheckedModel } from "../../input/define-model.js";
import type { AttachInput } from "../../once/once-types.js";
import type { State } from "../../once/record/record.js";
import type { Store } from "../../once/record/store.js";
import type { Clock } from "../../time/clock.js";
import type { SaveOptions } from "../save/save-types.js";
import type { BatchRow, RowProblem } from "./batch-row.js";

/** Numbers of rows by state. */
export type StateCounts = { readonly [state in State]: number };

/** The plan of a batch, before anything is sent. */
export interface BatchPlan {
  readonly rows: number;
  /** Rows that may be sent: new, held, and with `retry` those that failed. */
  readonly newRows: number;
  /** Rows whose job is known already. */
  readonly knownRows: number;
  /** The known rows, by the state of their record. */
  readonly states: StateCounts;
  /** Problems of rows that do not fit the model, the first 1,000 of them. These rows are not sent; the others are. */
  readonly problems: readonly RowProblem[];
  /** US dollars that the new rows cost at least: the sum of their estimates, and of `assumeUsd` where none is known. */
  readonly usdAtLeast: number;
  /** New rows whose price is not known, or known only as a starting price, where `assumeUsd` does not say what to count. */
  readonly unpricedRows: number;
  /** True where `usdAtLeast` is the exact price of the new rows. */
  readonly isExact: boolean;
  /** US dollars that earlier runs have committed. */
  readonly committedUsd: number;
  readonly maxUsd?: number | undefined;
}

/** The reason why a batch stopped, or paused, sending. */
export type NoticeCode =
  | "auth"
  | "insufficient_balance"
  | "failures"
  | "disk_full"
  | "record"
  | "files_deleted"
  | "results"
  | "store";

/** News of a batch. */
export type BatchEvent =
  /** A row has a new state, or its files were saved. */
  | {
      readonly type: "row";
      readonly key: string;
      readonly line: number;
      readonly state: State;
      readonly job?: string | undefined;
      readonly costUsd?: number | undefined;
      readonly files?: readonly string[] | undefined;
      readonly error?: string | undefined;
    }
  /** After each row event, at most ten times a second. */
  | ({ readonly type: "progress" } & BatchProgress)
  /** Something is wrong with a row. Each of these events comes before the plan; there is no limit to their number. */
  | ({ readonly type: "problem" } & RowProblem)
  | { readonly type: "notice"; readonly code: NoticeCode; readonly message: string };

/** The state of a batch at a moment. */
export interface BatchProgress {
  readonly rows: number;
  /** Rows by state; `accepted` are those that are running. */
  readonly states: StateCounts;
  readonly committedUsd: number;
  /** Time to the end, by the rows done so far; absent at the start. */
  readonly leftMs?: number | undefined;
}

/** Options of `runBatch`. */
export interface BatchOptions {
  /** The client that sends the jobs. */
  readonly client: Client;
  readonly model: CheckedModel;
  /** Rows are read as they can be sent. Those that can be read only once are copied to a temporary file first. */
  readonly rows: AsyncIterable<BatchRow> | Iterable<BatchRow>;
  /** The path of the record, such as `"prompts.jobs.jsonl"`, or a store. */
  readonly record: string | Store;
  /** Keeps the keys of this batch apart from those of others in the same store. Default: none. */
  readonly space?: string | undefined;
  /** Where the files of the jobs go. Default: they are not saved. */
  readonly directory?: string | undefined;
  /** Further options of the saving. */
  readonly save?: Pick<SaveOptions, "hosts" | "allowLocalhost" | "allowAddresses" | "maxBytes"> | undefined;
  /** Paid requests at the same time: it bounds what can become unknown. Default 4. */
  readonly submits?: number | undefined;
  /** Jobs at the same time. Default 32. */
  readonly running?: number | undefined;
  /** US dollars for all rows together, over all workers and restarts. Rows beyond are held. Default: no limit. */
  readonly maxUsd?: number | undefined;
  /** US dollars to count for a job whose price is not known, or known only as a starting price. Default none. */
  readonly assumeUsd?: number | undefined;
  /** The longest wait for one job, in milliseconds. Default 86,400,000 (a day). */
  readonly timeoutMs?: number | undefined;
  /** Checks all rows and sends nothing. Default false. */
  readonly checkOnly?: boolean | undefined;
  /** `"failed"`: makes another job of rows that failed, were cancelled or were rejected. Default: they stay as they are. */
  readonly retry?: "failed" | undefined;
  /** `"missing"`: also fetches files again that were saved and are gone. Default: they are named only. */
  readonly fetch?: "missing" | undefined;
  /** The path of a table of results. Default: none is written. */
  readonly results?: string | undefined;
  /** Makes the input that is sent, with local files attached: `attachFiles(model)`. Default: the row's input. */
  readonly attach?: AttachInput | undefined;
  /** Called before anything is sent; with `false` nothing is. Default: go on. */
  readonly onPlan?: ((plan: BatchPlan) => boolean | Promise<boolean>) | undefined;
  /** Called for all news. What it throws is passed over. Default none. */
  readonly onEvent?: ((event: BatchEvent) => unknown) | undefined;
  /** Aborting sends nothing new and stops waiting. Requests on the wire are awaited; running jobs go on. Default none. */
  readonly signal?: AbortSignal | undefined;
  /** Default: the platform's. */
  readonly clock?: Clock | undefined;
}

/** The outcome of a batch. */
export interface BatchReport {
  readonly plan: BatchPlan;
  /** Rows by state at the end. */
  readonly states: StateCounts;
  readonly committedUsd: number;
  /** Keys of rows with an unknown outcome: a person must accept or refuse each of them. */
  readonly unknown: readonly string[];
  /** Jobs that were paid and could not be noted: keep their ids. */
  readonly unnoted: readonly { readonly key: string; readonly job: string }[];
  /** Rows that are done, and whose files could not all be saved: the next run fetches them. */
  readonly filesMissing: readonly string[];
  /** Files that were saved and are gone. */
  readonly filesDeleted: readonly { readonly key: string; readonly path: string }[];
  /** The reason why not all rows were sent. */
  readonly stopped?:
    | { readonly code: NoticeCode | "aborted" | "declined" | "checked"; readonly message: string }
    | undefined;
}
