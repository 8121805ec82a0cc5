import type { Clock } from "../../time/clock.js";

/** A limit on how long a host may stay silent. The time that the reader spends on the bytes, as on a slow disk, does not count. */
export interface IdleWatch {
  /** Starts counting: the reader waits for the host. */
  readonly start: () => void;
  /** Stops counting: the reader works on bytes that have arrived. */
  readonly pause: () => void;
  /** Ends the watch and its timer. */
  readonly end: () => void;
}

/** Calls `onIdle` once when the host was awaited for `ms`. Counts from the call on. There is one timer, however many bytes arrive. */
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
