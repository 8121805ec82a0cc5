import type { ProxyCall, ProxyJob, ProxyState, ProxyUser } from "../proxy/proxy-wire.js";
import type { JobEntry } from "./job-storage.js";
import type { JobError } from "./proxy-calls.js";

/**
 * The state of a page's job.
 *
 * - `idle`: there is none. `resuming`: one of before is asked for. `uploading`, `sending`: it is on its way.
 * - `in_queue`, `in_progress`: the service has it.
 * - `succeeded`, `failed`, `cancelled`: it has ended. `unknown`: perhaps paid; `error` says what to do.
 * - `refused`: it was not started, and nothing was paid; `error` says why.
 */
export type JobPhase = "idle" | "resuming" | "uploading" | "refused" | ProxyState;

/** All that is known of a page's job. */
export interface PageJob {
  readonly phase: JobPhase;
  readonly entry?: JobEntry;
  readonly queuePosition?: number;
  /** The page's clock when the job was first asked for. */
  readonly startedAt: number;
  /** Set once the job has ended. */
  readonly elapsedMs?: number;
  /** The time until the next status call. */
  readonly pollAfterMs: number;
  /** True once the service is done and its output still has to be fetched. */
  readonly isDone: boolean;
  readonly isCancelling: boolean;
  readonly output?: unknown;
  readonly error?: JobError;
  /** News for a person while the job goes on. */
  readonly notice?: string;
}

/** Things that happen to a page's job. `leave` stops following it here; `reset` forgets it. */
export type PageEvent =
  | { readonly type: "begin"; readonly now: number; readonly phase: "uploading" | "sending" }
  | { readonly type: "send" | "resume"; readonly now: number; readonly entry: JobEntry }
  | {
      readonly type: "reply";
      readonly now: number;
      readonly call: ProxyCall;
      readonly reply: ProxyJob | ProxyUser;
    }
  | { readonly type: "notice" | "keepRunning"; readonly notice: string }
  | { readonly type: "refuse"; readonly error: JobError }
  | { readonly type: "cancel" | "leave" | "reset" };

/** No job. */
export const idle: PageJob = {
  phase: "idle",
  startedAt: 0,
  pollAfterMs: 0,
  isDone: false,
  isCancelling: false,
};

const running: ReadonlySet<JobPhase> = new Set([
  "resuming",
  "uploading",
  "sending",
  "in_queue",
  "in_progress",
]);

/** True until the job has ended. */
export function isRunning({ phase }: PageJob): boolean {
  return running.has(phase);
}

/** The next call to the proxy and the time until then in ms; undefined where no call is to follow. */
export function nextCall(
  job: PageJob,
  model: string,
): { readonly call: ProxyCall; readonly afterMs: number } | undefined {
  const { entry } = job;
  if (!entry || !isRunning(job)) return undefined;
  const { key, handle, input } = entry;
  // Another user may have logged in since: they must not pay for this job.
  if (handle === undefined && job.phase === "resuming") return { call: { call: "user" }, afterMs: 0 };
  if (handle === undefined) return { call: { call: "submit", model, key, input: input ?? {} }, afterMs: 0 };
  if (job.isDone) return { call: { call: "result", handle }, afterMs: 0 };
  const cancelAfterMs = job.phase === "sending" ? job.pollAfterMs : 0;
  if (job.isCancelling) return { call: { call: "cancel", handle }, afterMs: cancelAfterMs };
  return { call: { call: "status", handle }, afterMs: job.pollAfterMs };
}

/** The job after an event. */
export function stepJob(job: PageJob, event: PageEvent): PageJob {
  switch (event.type) {
    case "begin":
      return { ...idle, phase: event.phase, startedAt: event.now };
    case "send":
      return { ...job, phase: "sending", entry: event.entry };
    case "resume":
      return { ...idle, phase: "resuming", entry: event.entry, startedAt: event.now };
    case "reply":
      return "state" in event.reply
        ? readReply(job, event.reply, event.call.call, event.now)
        : stepUser(job, event.reply);
    case "notice":
      return { ...job, notice: event.notice };
    case "keepRunning":
      return { ...job, isCancelling: false, notice: event.notice };
    case "refuse":
      return { ...idle, phase: "refused", error: event.error };
    case "cancel":
      return isRunning(job) ? { ...job, isCancelling: true } : job;
    case "leave":
    case "reset":
      return idle;
  }
}

/** Drops the job where another user is logged in. */
function stepUser(job: PageJob, { user }: ProxyUser): PageJob {
  if (job.entry?.user !== user) return idle;
  if (job.entry.input !== undefined) return { ...job, phase: "sending" };
  const message =
    "The page was closed while the job was being sent, and its input was too large to be kept. Perhaps it runs: check before you send it again.";
  return { ...job, phase: "unknown", error: { code: "submit_unknown", message } };
}

function readReply(job: PageJob, reply: ProxyJob, call: ProxyCall["call"], now: number): PageJob {
  const { handle, key, user, state, queuePosition, elapsedMs, pollAfterMs = 1000, output, error } = reply;
  const isFetched = state === "succeeded" && call === "result";
  const next: PageJob = {
    phase: state === "succeeded" && !isFetched ? "in_progress" : state,
    entry: { key, user, handle },
    ...(state === "in_queue" && queuePosition !== undefined && { queuePosition }),
    startedAt: now - elapsedMs,
    pollAfterMs,
    isDone: state === "succeeded",
    // A job can be cancelled once the service has it.
    isCancelling: job.isCancelling && (call !== "cancel" || state === "sending"),
    ...(isFetched && { output }),
    ...(error && { error }),
  };
  if (!isRunning(next)) return { ...next, elapsedMs };
  // The notice that it was too late to cancel stays; an answer clears every other notice.
  const isLate = (call === "cancel" && state === "in_progress") || job.notice === tooLate;
  return isLate ? { ...next, notice: tooLate } : next;
}

const tooLate = "The job is running already and cannot be cancelled any more.";
