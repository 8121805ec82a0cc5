import type { Clock } from "./clock.js";

/** Functions to call when a signal aborts. One platform listener serves all of a signal: Node warns at the eleventh listener. */
const groups = new WeakMap<AbortSignal, { readonly acts: Set<() => void>; readonly listen: () => void }>();

/** Calls `act` with the reason as soon as the signal aborts, at once where it has; the function returned unsubscribes. */
export function onAbort(signal: AbortSignal | undefined, act: (reason: unknown) => void): () => void {
  if (!signal) return () => {};
  const own = () => act(signal.reason);
  if (signal.aborted) {
    own();
    return () => {};
  }
  let group = groups.get(signal);
  if (!group) {
    const acts = new Set<() => void>();
    group = { acts, listen: () => acts.forEach((run) => run()) };
    groups.set(signal, group);
    signal.addEventListener("abort", group.listen, { once: true });
  }
  const { acts, listen } = group;
  acts.add(own);
  return () => {
    if (!acts.delete(own) || acts.size > 0) return;
    groups.delete(signal);
    signal.removeEventListener("abort", listen);
  };
}

/** The work's outcome, or the signal's reason where that aborts first. The work itself goes on. */
export function untilAbort<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const unsubscribe = onAbort(signal, reject);
    void work.then(resolve, reject).finally(unsubscribe);
  });
}

/** The reason with which a scope ends when its time is over. */
export const timedOut: unique symbol = Symbol("timed out");

/** The reason of our own aborts. Without one, the platform makes an error with a stack each time. */
export const ended = "ended";

/** A timer this late, in ms, shows that the machine slept or the event loop stood still. */
export const sleptMs = 1000;

/** The limits of a scope; every key but the clock may be left out. */
export interface Limits {
  readonly clock: Clock;
  /** Default: no limit of time. */
  readonly ms?: number | undefined;
  /** Signals of the caller: the scope rejects with the reason of the first that aborts. */
  readonly signals?: readonly (AbortSignal | undefined)[];
}

/**
 * Runs a task within limits, and rejects as soon as one is reached, whatever the task does: with {@link timedOut}, or with the
 * reason of a signal. The task gets one signal, which aborts then and when the task fails: nothing that it started outlives it, and
 * the callers' own signals collect no listeners. A task that succeeds has ended by itself what it started: to abort its signal once
 * more would cost a good request a tenth of its time.
 */
export function scope<T>(
  { clock, ms = Infinity, signals = [] }: Limits,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const own = new AbortController();
    // A controller costs as much as a tenth of a request: without a limit of time there is none.
    const timer = ms < Infinity ? new AbortController() : undefined;
    let unsubscribe: (() => void)[] = [];
    const leave = () => {
      unsubscribe.forEach((stop) => stop());
      timer?.abort(ended);
    };
    const fail = (reason: unknown) => {
      reject(reason);
      leave();
      own.abort(reason);
    };
    const settle = (value: T) => {
      leave();
      resolve(value);
    };
    unsubscribe = signals.map((signal) => onAbort(signal, fail));
    if (own.signal.aborted) return leave();
    try {
      // Fewer promises than an async function: each request runs through here.
      void task(own.signal).then(settle, fail);
      if (timer) void expire(clock, ms, timer.signal, fail);
    } catch (error) {
      fail(error);
    }
  });
}

async function expire(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  fail: (reason: unknown) => void,
): Promise<void> {
  const end = clock.now() + ms;
  try {
    await clock.sleep(ms, signal);
    // The timer fired late: the machine slept, or the event loop stood still. Responses that have arrived are read before the end.
    if (clock.now() - end > sleptMs) await clock.sleep(sleptMs, signal);
    fail(timedOut);
  } catch (error) {
    // A clock that fails must not leave a task without an end.
    if (!signal.aborted) fail(error);
  }
}

/**
 * Runs a task with one signal in place of many: it aborts with the reason of the first that aborts, and when the task ends. The
 * task itself decides how it ends.
 */
export async function withOneSignal<T>(
  signals: readonly (AbortSignal | undefined)[],
  task: (signal: AbortSignal, own: AbortController) => Promise<T>,
): Promise<T> {
  const own = new AbortController();
  const unsubscribe = signals.map((signal) => onAbort(signal, (reason) => own.abort(reason)));
  try {
    own.signal.throwIfAborted();
    return await task(own.signal, own);
  } finally {
    unsubscribe.forEach((leave) => leave());
    own.abort(ended);
  }
}

/**
 * As {@link withOneSignal}, without a signal where there is none, and with the only one where there is one: a controller costs as
 * much as a tenth of a request. Nothing aborts when the task ends.
 */
export async function underSignals<T>(
  signals: readonly (AbortSignal | undefined)[],
  task: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<T> {
  const given = signals.filter((signal) => signal !== undefined);
  if (given.length > 1) return withOneSignal(given, task);
  given[0]?.throwIfAborted();
  return task(given[0]);
}

/** Sleeps until the time is over, or rejects with the signal's reason. The signal collects no listener, whatever clock it is. */
export function pause(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return scope({ clock, signals: [signal] }, (inner) => clock.sleep(ms, inner));
}
