import type { Clock } from "../../time/clock.js";

/** A limit on how long a host may stay silent. Only the time in which bytes are awaited counts. */
export interface IdleWatch {
  /** Starts to count: the reader waits for bytes. */
  readonly start: () => void;
  /** Stops to count: bytes have arrived, and the reader works on them. */
  readonly pause: () => void;
  /** Ends the watch and its timer. */
  readonly end: () => void;
}

/** Calls `onIdle` once when bytes were awaited for `ms`. Counts from the call on. There is one timer, however many bytes arrive. */
export function watchIdle(clock: Clock, ms: number, onIdle: () => void): IdleWatch {
  const ended = new AbortController();
  let startedAt: number | undefined = clock.now();
  async function watch(): Promise<void> {
    let left = ms;
    while (left > 0) {
      await clock.sleep(left, ended.signal);
      left = startedAt === undefined ? ms : startedAt + ms - clock.now();
    }
    onIdle();
  }
  watch().catch((error: unknown) => {
    if (!ended.signal.aborted) throw error;
  });
  return {
    start: () => {
      startedAt = clock.now();
    },
    pause: () => {
      startedAt = undefined;
    },
    end: () => ended.abort(),
  };
}
