import type { JobRef } from "../errors/error-fields.js";
import { callBack } from "../options/callbacks.js";
import type { Log } from "../options/callbacks.js";
import type { Body } from "../protocol/exchange.js";
import type { JobUpdate } from "../protocol/status.js";
import type { Clock } from "../time/clock.js";
import { ended, sleptMs } from "../time/scope.js";
import { isPassing, outcomeOf } from "../wire/requests.js";
import type { Requests } from "../wire/requests.js";
import { timeoutError } from "./job-errors.js";
import { requestJob } from "./job-requests.js";
import type { KnownJob } from "./job-requests.js";
import type { Failed, WaitEvent, WaitState } from "./wait-state.js";
import { nextAction, step } from "./wait-reducer.js";
import { messageOf } from "../errors/error-message.js";

/** One caller that waits for a job. */
export interface Subscription {
  /** Default: the client's. */
  readonly timeoutMs?: number | undefined;
  /** Default false: the final status is enough. */
  readonly wantsResult?: boolean;
  readonly signal: AbortSignal | undefined;
  readonly onUpdate?: ((update: JobUpdate) => unknown) | undefined;
}

/** A caller, its handle of the job, and how it is answered. */
export interface Subscriber extends Omit<Subscription, "signal">, Omit<KnownJob, "ref"> {
  readonly timeoutMs: number;
  /** Called with the answer that tells the job's end, or with undefined where the final status is enough. */
  readonly resolve: (ending: Body | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** Adds a caller; the function returned ends its wait with a reason. */
export type Subscribe = (subscriber: Subscriber) => (reason: unknown) => void;

/** Makes the wait for one job: a loop that asks `nextAction` what to do and does it, until nobody waits any more. */
export function createWait(
  requests: Requests,
  job: KnownJob,
  state: WaitState,
  lastError: unknown,
  onIdle: (notBefore: number, lastError: unknown) => void,
): Subscribe {
  const { limiter, settings } = requests;
  const intervals = { ...settings, pollInterval: limiter.pollInterval };
  const subscribers = new Map<number, Subscriber>();
  const stop = new AbortController();
  const sleeper = createSleeper(settings.clock);
  let round = limiter.round();
  let ids = 0;

  function dispatch(event: WaitEvent, error = lastError): void {
    if (stop.signal.aborted) return;
    const before = state;
    state = step(before, event, settings.clock.now(), intervals);
    lastError = event.type === "answered" ? undefined : error;
    if (bringsForward(event)) sleeper.wake();
    // Jobs that end together shorten the round, so the longest one is kept for the error.
    if (limiter.round().ms > round.ms) round = limiter.round();
    reportPoll(requests, job.ref, before, state, error, subscribers);
  }

  function settle(id: number, how: "ended" | "failed" | "timed out", error = lastError): void {
    const subscriber = subscribers.get(id);
    if (!subscriber) return;
    subscribers.delete(id);
    dispatch({ type: "unsubscribed", id });
    if (subscribers.size === 0) {
      stop.abort(ended);
      onIdle(state.notBefore, lastError);
    }
    if (how === "ended") subscriber.resolve(state.ending);
    else if (how === "failed") subscriber.reject(error);
    else subscriber.reject(timeoutError(job.ref, state, subscriber.timeoutMs, error, limiter, round));
  }

  async function run(): Promise<void> {
    while (subscribers.size > 0) {
      const action = nextAction(state, settings.clock.now(), intervals);
      if (action.type === "settle") settle(action.id, action.how);
      else if (action.type === "poll") void poll(requests, job, state, stop.signal, dispatch);
      else if (await sleeper.sleep(action.until)) dispatch({ type: "slept" });
    }
  }

  return (subscriber) => {
    const { timeoutMs, wantsResult, createdAt, isSubmitted } = subscriber;
    const id = ids++;
    subscribers.set(id, subscriber);
    dispatch({ type: "subscribed", waiter: { id, wantsResult, createdAt, isSubmitted }, timeoutMs });
    if (state.update) tellUpdate(settings.log, subscriber, state.update);
    if (id === 0)
      run().catch((error) => subscribers.forEach((_subscriber, each) => settle(each, "failed", error)));
    return (reason) => settle(id, "failed", reason);
  };
}

/** Tells whether an event may change what is due next: a poll that waits for its permit, or is sent, does not. */
function bringsForward({ type }: WaitEvent): boolean {
  return type !== "waiting" && type !== "sent";
}

function createSleeper(clock: Clock) {
  let timer = new AbortController();
  return {
    wake: () => timer.abort(ended),
    /** Sleeps until then or until `wake`. Tells whether the machine slept through the time: the timer was late by a second. */
    sleep: async (until: number): Promise<boolean> => {
      const { signal } = (timer = new AbortController());
      try {
        await clock.sleep(until - clock.now(), signal);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
      return clock.now() - until > sleptMs;
    },
  };
}

/** Sends one status or result request, and dispatches what becomes of it. Never rejects. */
async function poll(
  requests: Requests,
  job: KnownJob,
  { finishedAt, errors, skipsCost }: WaitState,
  signal: AbortSignal,
  dispatch: (event: WaitEvent, error?: unknown) => void,
): Promise<void> {
  dispatch({ type: "waiting" });
  try {
    // A result that is ready goes before jobs that nobody knows anything of.
    await requests.limiter.acquire(signal, finishedAt !== undefined && errors === 0);
    dispatch({ type: "sent" });
    const call = finishedAt === undefined ? "status" : "result";
    const answer = await requestJob(call, requests, job, { signal, skipsCost });
    dispatch({ type: "answered", ...answer });
  } catch (error) {
    const kind = outcomeOf(error)?.kind;
    const facts = { ...(error as Pick<Failed, "status" | "code" | "retryAfterMs">) };
    const mayPass = isPassing(error) || facts.code === "connection";
    if (kind === "not_ready") dispatch({ ...facts, type: "answered", body: {} });
    else dispatch({ ...facts, type: "failed", kind, isPassing: mayPass }, error);
  }
}

/** Tells the callers and the log what a poll has changed. */
function reportPoll(
  { settings }: Requests,
  ref: JobRef,
  before: WaitState,
  { date, errors, waiters, update }: WaitState,
  error: unknown,
  subscribers: ReadonlyMap<number, Subscriber>,
): void {
  const { log, onStatus } = settings;
  const warn = (message: string) => log("warn", `Job ${ref.id}: ${message}`);
  if (date?.isFrozen && !before.date?.isFrozen)
    warn("the date of the answers stands still; something on the way caches them.");
  if (errors > before.errors && waiters.some(({ hasFailed }) => !hasFailed))
    warn(`${messageOf(error)} The wait goes on.`);
  if (!update || update === before.update) return;
  if (update.status === "unknown") warn(`unknown status "${update.word}"; the wait goes on.`);
  // A copy, because callbacks may add and remove subscribers. A subscriber that is added now is told when it subscribes.
  const told = [...subscribers];
  if (onStatus) void callBack(log, () => onStatus({ ...update }, { ...ref }));
  for (const [id, subscriber] of told) if (subscribers.has(id)) tellUpdate(log, subscriber, update);
}

function tellUpdate(log: Log, { onUpdate }: Pick<Subscription, "onUpdate">, update: JobUpdate): void {
  void callBack(log, () => onUpdate?.({ ...update }));
}
