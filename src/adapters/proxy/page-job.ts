import type { JobRecord } from "../../once/index.js";
import type { JobUpdate } from "../../protocol/status.js";
import { inputRefusal, Refusal, sendAgain } from "./failures.js";
import { makeHandle, nameUser } from "./job-handle.js";
import type { ProxyError, ProxyJob, ProxyState as JobState } from "./proxy-wire.js";
import type { UserContext } from "./user-context.js";

/** A record that is not sent yet counts as being sent for this long: its attempt may be waiting in the rate limiter. */
const sendingMs = 70_000;

/** The facts that a page is told about a job. */
export interface View {
  readonly record: JobRecord;
  readonly update?: JobUpdate | undefined;
  /** The end, where it is known before the record says so. */
  readonly ended?: "done" | "failed" | "cancelled" | undefined;
  readonly error?: { readonly code: string; readonly message: string } | undefined;
  readonly output?: unknown;
}

/** Describes a job for the page of its user. Throws the Refusal of a job that was not sent. */
export async function describeJob(context: UserContext, view: View): Promise<ProxyJob> {
  const { signatures, settings, user, idOf } = context;
  const { record, update, output } = view;
  const { key, model } = record;
  const state = readState(context, view);
  const endedAt = isEnded(record) ? Date.parse(record.updatedAt) : settings.clock.date();
  const elapsedMs = Math.max(0, endedAt - Date.parse(record.createdAt));
  const isOpen = state === "sending" || state === "in_queue" || state === "in_progress";
  const error = describeError(state, view);
  return {
    handle: await makeHandle(context, idOf(key).key),
    user: await nameUser({ signatures, user }),
    key,
    model,
    state,
    ...(state === "in_queue" &&
      update?.queuePosition !== undefined && { queuePosition: update.queuePosition }),
    elapsedMs,
    ...(isOpen && { pollAfterMs: pollAfter(elapsedMs) }),
    ...(output !== undefined && { output }),
    ...(error && { error }),
  };
}

/** A record changes no more once its job has ended. */
function isEnded({ state }: JobRecord): boolean {
  return state === "done" || state === "failed" || state === "cancelled";
}

function readState({ settings }: UserContext, { record, update, ended }: View): JobState {
  if (ended) return ended === "done" ? "succeeded" : ended;
  const { state, updatedAt, error } = record;
  switch (state) {
    case "new":
      if (settings.clock.date() - Date.parse(updatedAt) > sendingMs) throw sendAgain();
      return "sending";
    case "held":
      throw limitRefusal("held");
    case "rejected":
      throw error?.code === "input"
        ? inputRefusal([{ code: "custom", path: "", message: error.message }])
        : new Refusal("refused", "The service refused the job. Nothing was paid.");
    case "accepted":
      return update && update.status !== "in_queue" && !update.trouble ? "in_progress" : "in_queue";
    case "done":
      return "succeeded";
    default:
      return state;
  }
}

/** The refusal of a job that would exceed a limit. */
export function limitRefusal(limit: "dollars" | "places" | "held"): Refusal {
  if (limit === "places")
    return new Refusal("running", "Too many of your jobs run. Wait until one has ended.", {
      retryAfterMs: 5000,
    });
  return new Refusal(
    "budget",
    limit === "dollars"
      ? "This would be more than you may spend today. Try again tomorrow."
      : "The job was not sent: it would exceed a limit. Send it again under the same key.",
  );
}

const longestMessage = 500;

function describeError(state: JobState, { record, error = record.error }: View): ProxyError | undefined {
  if (state === "unknown")
    return {
      code: "submit_unknown",
      message:
        "No answer came, so the job may have been paid. It is not sent again by itself. The operator of this site can look it up.",
    };
  if (state !== "failed" && state !== "cancelled") return undefined;
  const message = error?.message ?? "The job has ended without a result.";
  return {
    code: state === "failed" ? "job_failed" : "job_cancelled",
    message: message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message,
  };
}

/** The interval to the next poll: the longer a job takes, the longer the interval. */
function pollAfter(elapsedMs: number): number {
  if (elapsedMs < 10_000) return 1000;
  return elapsedMs < 60_000 ? 2000 : 5000;
}
