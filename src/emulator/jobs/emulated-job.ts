import type { Json } from "../../input/model.js";
import type { EmulatorModel } from "./emulator-model.js";
import type { ReceivedMedia } from "./received-media.js";

/** The states of a job. */
export type JobState = "in_queue" | "in_progress" | "succeeded" | "failed" | "cancelled";

/** A job that was accepted. Its `state` is that at the moment when the list was read. */
export interface EmulatedJob {
  readonly id: string;
  /** The model's id. */
  readonly model: string;
  readonly input: { readonly [name: string]: Json };
  /** The media that the input names or brings along. */
  readonly media: readonly ReceivedMedia[];
  /** The time of acceptance, in milliseconds since 1970. */
  readonly at: number;
  readonly state: JobState;
  /** True if the job is on the bill: once accepted, false again once cancelled in the queue. */
  readonly charged: boolean;
  /** Its price in US dollars. */
  readonly costUsd: number;
}

/** The end of a job: success, success with an `output` of the caller's own, or failure with an `error`. */
export type Outcome = "succeeded" | { readonly output: Json } | { readonly error: Json };

/** Milliseconds, the same for every job or computed for each. */
export type Milliseconds = number | ((job: EmulatedJob) => number);

/** A job with the fields that only the emulator knows. */
export interface QueuedJob extends EmulatedJob {
  state: JobState;
  charged: boolean;
  /** The model as it was on offer when the job was accepted. */
  readonly offer: EmulatorModel;
  /** The token of the account that submitted the job. */
  readonly account: string;
  readonly costMicrodollars: number;
  /** On the clock's scale: the job does not start before this. */
  readyAt: number;
  /** On the clock's scale; set when the job starts. */
  endAt?: number;
  /** In milliseconds since 1970; set when the job ends. */
  finishedAt?: number;
  outcome?: Outcome;
}

/** The public side of a job: no token, and no field that changes later. */
export function describeJob({
  id,
  model,
  input,
  media,
  at,
  state,
  charged,
  costUsd,
}: QueuedJob): EmulatedJob {
  return {
    id,
    model,
    input,
    media,
    at,
    state,
    charged,
    costUsd,
  };
}
