import type { JobRef } from "../errors/error-fields.js";
import { callBack } from "../options/callbacks.js";
import type { JobUpdate } from "../protocol/status.js";
import { isPassing, outcomeOf } from "../wire/requests.js";
import type { Requests } from "../wire/requests.js";
import { requestResult, requestStatus } from "./job-requests.js";
import type { Ending, Failure, WaitEvent, WaitState } from "./wait-state.js";
import { step } from "./wait.js";

/** One caller that waits for a job. */
export interface Subscription {
  readonly timeoutMs: number;
  /** False: the final status is enough. */
  readonly wantsResult: boolean;
  readonly signal: AbortSignal;
  readonly onUpdate: (update: JobUpdate) => void;
  /** Called once. Neither an ending nor an error: the final status was told. */
  readonly onEnd: (end: { readonly ending?: Ending; readonly error?: unknown }) => void;
}

/** The wait for one job, and the parts of it that are not plain data. */
export interface Wait {
  readonly ref: JobRef;
  state: WaitState;
  readonly subscriptions: Map<number, Subscription & { readonly unsubscribe: () => void }>;
  readonly stop: AbortController;
  lastError: unknown;
  /** Ends the sleep of the loop: something has changed. */
  wake: () => void;
}

/** Changes the state of a wait by an event. */
export function dispatch({ settings, limiter }: Requests, wait: Wait, event: WaitEvent): void {
  const intervals = { next: limiter.pollInterval, shortestMs: settings.minPollIntervalMs };
  wait.state = step(wait.state, event, settings.clock.now(), intervals);
}

/** Sends one status or result request, and changes the wait by its answer. Never rejects. */
export async function poll(requests: Requests, wait: Wait): Promise<void> {
  const { signal } = wait.stop;
  const before = wait.state;
  let event: WaitEvent;
  try {
    // A result that is ready goes before jobs that nobody knows anything of.
    await requests.limiter.acquire(signal, before.finishedAt !== undefined && before.errors === 0);
    dispatch(requests, wait, { type: "poll_sent", timeoutMs: requests.settings.requestTimeoutMs });
    wait.wake();
    event = await ask(requests, wait.ref, before, signal);
    wait.lastError = undefined;
  } catch (error) {
    if (signal.aborted) return;
    wait.lastError = error;
    const { retryAfterMs = 0 } = Object(error) as { retryAfterMs?: number };
    event = { type: "failed", failure: readFailure(error), retryAfterMs };
  }
  dispatch(requests, wait, event);
  tell(requests, wait, before);
  wait.wake();
}

async function ask(
  requests: Requests,
  ref: JobRef,
  { finishedAt, withCost }: WaitState,
  signal: AbortSignal,
): Promise<WaitEvent> {
  if (finishedAt !== undefined) {
    const { ending, retryAfterMs = 0 } = await requestResult(requests, ref, withCost, signal);
    return { type: "result", ending, retryAfterMs };
  }
  const { update, answer } = await requestStatus(ref, signal, requests.send);
  const { body: raw, date, retryAfterMs = 0 } = answer;
  return { type: "status", update, raw, date, retryAfterMs };
}

function readFailure(error: unknown): Failure {
  const { status = 0, code = "unknown" } = Object(error) as { status?: number; code?: string };
  const kind = outcomeOf(error)?.kind;
  return {
    status,
    code,
    isMissing: kind === "missing",
    isPassing: isPassing(error) || code === "connection",
    isHopeless: kind === "too_long",
  };
}

/** Tells the callers and the log what a poll has changed. */
function tell(
  { settings }: Requests,
  { ref, state, subscriptions, lastError }: Wait,
  before: WaitState,
): void {
  const { log, onStatus } = settings;
  const { update } = state;
  if (state.isDateFrozen && !before.isDateFrozen)
    log("warn", `Job ${ref.id}: the date of the answers stands still; something on the way caches them.`);
  if (state.errors > before.errors && state.waiters.some(({ hasFailed }) => !hasFailed))
    log("warn", `Job ${ref.id}: ${(lastError as Error).message} The wait goes on.`);
  if (!update || update === before.update) return;
  if (update.status === "unknown")
    log("warn", `Job ${ref.id}: unknown status "${update.word}"; the wait goes on.`);
  // Callbacks may make others subscribe, who are told as they do, or leave.
  const told = [...subscriptions];
  if (onStatus) void callBack(log, () => onStatus({ ...update }, { ...ref }));
  for (const [id, { onUpdate }] of told)
    if (subscriptions.has(id)) void callBack(log, () => onUpdate({ ...update }));
}
