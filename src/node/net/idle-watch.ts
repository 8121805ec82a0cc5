import type { Clock } from "../../time/clock.js";

/** A watch over something that should keep moving. */
export interface IdleWatch {
  /** It moved. */
  readonly touch: () => void;
  readonly stop: () => void;
}

/** Calls `onIdle` once when nothing was touched for `ms`, unless stopped before. One timer at a time, however often it is touched. */
export function watchIdle(clock: Clock, ms: number, onIdle: () => void): IdleWatch {
  const stopped = new AbortController();
  let last = clock.now();
  async function watch(): Promise<void> {
    for (let left = ms; left > 0; left = last + ms - clock.now()) await clock.sleep(left, stopped.signal);
    onIdle();
  }
  watch().catch((error: unknown) => {
    if (!stopped.signal.aborted) throw error;
  });
  return {
    touch: () => {
      last = clock.now();
    },
    stop: () => stopped.abort(),
  };
}
