import type { JobRef } from "../errors/error-fields.js";
import { callBack } from "../options/callbacks.js";
import { onAbort } from "../time/scope.js";
import type { Requests } from "../wire/requests.js";
import { createHeldBack } from "./held-back.js";
import type { HeldBack } from "./held-back.js";
import { timeoutError } from "./job-errors.js";
import { nextAction } from "./next-action.js";
import type { WaitAction } from "./next-action.js";
import { dispatch, poll } from "./poll.js";
import type { Subscription, Wait } from "./poll.js";
import { createWait } from "./wait-state.js";
import type { Waiter } from "./wait-state.js";

/** A job as its handle knows it. */
export interface KnownJob {
  readonly ref: JobRef;
  /** When the handle was made, by the client's clock. */
  readonly createdAt: number;
  /** Whether this client submitted it, so that it certainly exists. */
  readonly isSubmitted: boolean;
}

/** The waits of one client: one for each job that is waited for, however many callers wait. */
export interface Poller {
  /** Begins to wait. When the last caller has left, nothing is asked any more. */
  subscribe(job: KnownJob, subscription: Subscription): void;
  /** The service wants no request about a job before this moment, by whatever handle it is waited for later. */
  readonly holdBack: HeldBack["set"];
}

interface PollerState {
  readonly requests: Requests;
  readonly waits: Map<string, Wait>;
  readonly heldBack: HeldBack;
  lastId: number;
}

/** Makes the waits of one client. Each is a loop that asks `nextAction` what to do and does it. */
export function createPoller(requests: Requests): Poller {
  const heldBack = createHeldBack(requests.settings.clock.now);
  const poller: PollerState = { requests, waits: new Map(), heldBack, lastId: 0 };
  return {
    subscribe: (job, subscription) => subscribe(poller, job, subscription),
    holdBack: heldBack.set,
  };
}

function subscribe(poller: PollerState, job: KnownJob, subscription: Subscription): void {
  const { requests, waits } = poller;
  const { settings } = requests;
  const { timeoutMs, wantsResult, signal, onEnd, onUpdate } = subscription;
  if (signal.aborted) return onEnd({ error: signal.reason });
  const known = waits.get(keyOf(job.ref));
  const wait = known ?? createLoop(poller, job);
  const id = ++poller.lastId;
  const deadline = settings.clock.now() + timeoutMs;
  const lastPollAt = deadline - Math.min(1000, timeoutMs / 10);
  const { createdAt, isSubmitted } = job;
  const unsubscribe = onAbort(signal, (error) => leave(poller, wait, id)?.onEnd({ error }));
  wait.subscriptions.set(id, { ...subscription, unsubscribe });
  const times = { timeoutMs, deadline, lastPollAt, createdAt };
  const waiter: Waiter = { id, ...times, isPolled: false, wantsResult, isSubmitted };
  dispatch(requests, wait, { type: "subscribed", waiter });
  const { update } = wait.state;
  if (known && update) void callBack(settings.log, () => onUpdate({ ...update }));
  if (known) wait.wake();
  else void run(poller, wait).catch((error: unknown) => fail(poller, wait, error));
}

function createLoop(
  { requests, waits, heldBack }: PollerState,
  { ref, createdAt, isSubmitted }: KnownJob,
): Wait {
  const { limiter, settings } = requests;
  const now = settings.clock.now();
  const held = heldBack.get(ref.id);
  const firstPollAt = isSubmitted ? createdAt + limiter.pollInterval(0, 0) : now;
  const wait: Wait = {
    ref,
    state: createWait(now, firstPollAt, held?.notBefore ?? -Infinity),
    subscriptions: new Map(),
    stop: new AbortController(),
    lastError: held?.lastError,
    wake: () => {},
  };
  waits.set(keyOf(ref), wait);
  limiter.setJobs(waits.size);
  return wait;
}

async function run(poller: PollerState, wait: Wait): Promise<void> {
  const { requests } = poller;
  const { clock, requestTimeoutMs } = requests.settings;
  for (let plannedAt = Infinity; ;) {
    dispatch(requests, wait, { type: "woke", plannedAt });
    const action = nextAction(wait.state, clock.now(), requestTimeoutMs);
    if (action.type === "settle") settle(poller, wait, action);
    else if (wait.subscriptions.size === 0) return;
    else if (action.type === "poll") {
      dispatch(requests, wait, { type: "poll_wanted" });
      void poll(requests, wait);
    } else {
      plannedAt = action.until;
      await sleepUntil(poller, wait, plannedAt);
    }
  }
}

async function sleepUntil({ requests }: PollerState, wait: Wait, until: number): Promise<void> {
  const { clock } = requests.settings;
  const timer = new AbortController();
  await new Promise<void>((resolve) => {
    wait.wake = resolve;
    if (until < Infinity) clock.sleep(until - clock.now(), timer.signal).then(resolve, resolve);
  });
  timer.abort();
}

function settle(
  poller: PollerState,
  wait: Wait,
  { waiter, how }: Extract<WaitAction, { type: "settle" }>,
): void {
  const { state, lastError } = wait;
  // Read before the waiter leaves, which changes the number of jobs.
  const error = how === "timeout" ? timeoutOf(poller, wait, waiter) : lastError;
  const subscription = leave(poller, wait, waiter.id);
  if (how === "ending") subscription?.onEnd({ ending: state.ending! });
  else subscription?.onEnd(how === "final_status" ? {} : { error });
}

function timeoutOf({ requests }: PollerState, { ref, state, lastError }: Wait, waiter: Waiter): unknown {
  const { limiter } = requests;
  const isHeldUp = state.poll?.until === Infinity && limiter.isSlow();
  return timeoutError(ref, state, waiter, isHeldUp ? limiter.refusal(ref) : lastError, limiter.round());
}

/** Removes a waiter; with the last one the wait ends. */
function leave(poller: PollerState, wait: Wait, id: number): Subscription | undefined {
  const { requests, waits, heldBack } = poller;
  const subscription = wait.subscriptions.get(id);
  if (!subscription) return undefined;
  wait.subscriptions.delete(id);
  subscription.unsubscribe();
  dispatch(requests, wait, { type: "unsubscribed", id });
  if (wait.subscriptions.size === 0) {
    const key = keyOf(wait.ref);
    if (waits.get(key) === wait) waits.delete(key);
    requests.limiter.setJobs(waits.size);
    heldBack.set(wait.ref.id, wait.state.notBefore, wait.lastError);
    wait.stop.abort();
    wait.wake();
  }
  return subscription;
}

/** A fault of a clock must not leave anybody waiting. */
function fail(poller: PollerState, wait: Wait, error: unknown): void {
  for (const id of [...wait.subscriptions.keys()]) leave(poller, wait, id)?.onEnd({ error });
}

/** Handles that name different models for one id wait apart, so that each is answered under its own name. */
function keyOf({ id, model }: JobRef): string {
  return `${id} ${model}`;
}
