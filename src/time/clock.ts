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
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const arm = () => {
        const left = end - performance.now();
        if (left > 0) timer = setTimeout(arm, Math.min(left, longestTimer));
        else {
          signal?.removeEventListener("abort", stop);
          resolve();
        }
      };
      signal?.addEventListener("abort", stop, { once: true });
      arm();
    }),
};
