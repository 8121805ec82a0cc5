import { isRunning } from "./page-state.js";
import type { JobPhase, PageJob } from "./page-state.js";
import type { JobError } from "./proxy-calls.js";

/** A job as a page shows it. */
export interface JobView<Output = unknown> {
  readonly status: JobPhase;
  /** The status in English, such as `"In the queue: 3 jobs ahead"`; empty where there is no job. */
  readonly statusText: string;
  /** True from the call of `submit` until the job has ended. */
  readonly isRunning: boolean;
  /** The number of jobs ahead; only while queued, and only where the service tells. */
  readonly queuePosition?: number;
  /** Milliseconds since the job was asked for; counted up each second while it runs. */
  readonly elapsedMs: number;
  /** The model's output, with the addresses of its files; present once the status is `"succeeded"`. */
  readonly output?: Output;
  /** The reason why the job was refused, failed, was cancelled or is unknown, with what to do. */
  readonly error?: JobError;
  /** News for a person while the job goes on, such as a lost connection. */
  readonly notice?: string;
}

const words: { readonly [phase in JobPhase]: string } = {
  idle: "",
  resuming: "Looking for the previous job",
  uploading: "Uploading",
  sending: "Sending",
  in_queue: "In the queue",
  in_progress: "Running",
  succeeded: "Done",
  failed: "Failed",
  cancelled: "Cancelled",
  unknown: "Unknown: perhaps paid",
  refused: "Not started: nothing was paid",
};

/** Shows a job at a moment. */
export function viewJob(job: PageJob, now: number): JobView {
  const { phase, queuePosition, startedAt, elapsedMs, output, error, notice } = job;
  const isShown = phase !== "idle" && phase !== "resuming" && phase !== "refused";
  return {
    status: phase,
    statusText: describeJob(job),
    isRunning: isRunning(job),
    ...(queuePosition !== undefined && { queuePosition }),
    elapsedMs: Math.round(elapsedMs ?? (isShown ? now - startedAt : 0)),
    ...(output !== undefined && { output }),
    ...(error && { error }),
    ...(notice !== undefined && { notice }),
  };
}

function describeJob(job: PageJob): string {
  const { phase, queuePosition, isCancelling, isDone } = job;
  if (isRunning(job) && isDone) return "Done: fetching the result";
  if (isRunning(job) && isCancelling) return "Cancelling";
  if (queuePosition === undefined) return words[phase];
  if (queuePosition === 0) return "In the queue: next";
  return `In the queue: ${queuePosition} ${queuePosition === 1 ? "job" : "jobs"} ahead`;
}
