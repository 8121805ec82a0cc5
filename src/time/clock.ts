/** Time as the client sees it; replaced in tests and under virtual time. */
export interface Clock {
  /** Milliseconds that never run backwards; for durations and deadlines. */
  now(): number;
  /** Milliseconds since 1970; only for dates in answers. */
  date(): number;
  /** Resolves after `ms`, or rejects with the signal's reason as soon as it aborts. Leaves no listener and no timer behind. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Longer timers fire at once on every platform, so a long sleep is a chain of these. */
const longestTimer = 2 ** 31 - 1;

/** The platform's clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const end = performance.now() + ms;
      let timer: ReturnType<typeof setTimeout>;
      function stop() {
        clearTimeout(timer);
        reject(signal?.reason);
      }
      function arm() {
        const left = end - performance.now();
        if (left > 0) timer = setTimeout(arm, Math.min(left, longestTimer));
        else {
          signal?.removeEventListener("abort", stop);
          resolve();
        }
      }
      signal?.addEventListener("abort", stop, { once: true });
      arm();
    }),
};

/** Several signals as one: any may be left out. */
export type Signals = readonly (AbortSignal | undefined)[];

/** Throws the reason of the first signal that has aborted. */
export function throwIfAborted(signals: Signals): void {
  signals.forEach((signal) => signal?.throwIfAborted());
}

type Act = (reason: unknown) => void;

/** Who waits for a signal: one listener of the platform's serves them all, since many on one signal look like a leak to Node. */
const audiences = new WeakMap<
  AbortSignal,
  { readonly acts: Set<{ readonly act: Act }>; readonly listen: () => void }
>();

/** Calls `act` as soon as one of the signals aborts; the function returned stops listening. */
export function onAbort(signals: Signals, act: Act): () => void {
  const leaves = signals.map((signal) => signal && listen(signal, act));
  const done = signals.find((signal) => signal?.aborted);
  if (done) act(done.reason);
  return () => leaves.forEach((leave) => leave?.());
}

function listen(signal: AbortSignal, act: Act): () => void {
  const known = audiences.get(signal);
  const acts = known?.acts ?? new Set();
  const spread =
    known?.listen ??
    (() => {
      for (const one of [...acts]) if (acts.has(one)) one.act(signal.reason);
    });
  const own = { act };
  acts.add(own);
  if (!known) {
    audiences.set(signal, { acts, listen: spread });
    signal.addEventListener("abort", spread);
  }
  return () => {
    if (!acts.delete(own) || acts.size > 0) return;
    audiences.delete(signal);
    signal.removeEventListener("abort", spread);
  };
}

/** The work's outcome, or the reason of the signal that aborts first. The work itself goes on. */
export function untilAbort<T>(work: Promise<T>, signals: Signals): Promise<T> {
  return new Promise((resolve, reject) => {
    const detach = onAbort(signals, reject);
    void work.then(resolve, reject).finally(detach);
  });
}

/** What {@link within} rejects with when the time is over. */
export const timedOut: unique symbol = Symbol("timed out");

/**
 * Gives a task `ms` milliseconds. The task has a signal of its own, aborted when it ends for any reason: the callers'
 * signals never reach the platform's fetch, which would leave listeners on them.
 */
export async function within<T>(
  clock: Clock,
  ms: number,
  signals: Signals,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  throwIfAborted(signals);
  const inner = new AbortController();
  try {
    // The task first: where it throws at once, no timer may be left whose end nobody handles.
    const work = task(inner.signal);
    const late = clock.sleep(ms, inner.signal).then(() => Promise.reject(timedOut));
    return await untilAbort(Promise.race([work, late]), signals);
  } finally {
    inner.abort();
  }
}

/** Sleeps until the time is over or one of the signals aborts. */
export async function pause(clock: Clock, ms: number, signals: Signals): Promise<void> {
  const inner = new AbortController();
  try {
    await untilAbort(clock.sleep(ms, inner.signal), signals);
  } finally {
    inner.abort();
  }
}

/** Lets those who ask for the same thing at the same time share one task, aborted when the last of them has left. */
export function createShare() {
  const running = new Map<string, { work: Promise<unknown>; users: number; stop: AbortController }>();
  return async <T>(key: string, signals: Signals, task: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    let entry = running.get(key);
    if (!entry) {
      const stop = new AbortController();
      running.set(key, (entry = { work: task(stop.signal), users: 0, stop }));
    }
    entry.users++;
    try {
      return (await untilAbort(entry.work, signals)) as T;
    } finally {
      if (--entry.users === 0) {
        if (running.get(key) === entry) running.delete(key);
        entry.stop.abort();
      }
    }
  };
}
