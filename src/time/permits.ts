import type { Clock } from "./clock.js";
import { ended, untilAbort } from "./scope.js";

/** Permits that are given one after another. */
export interface Permits {
  /** Resolves with the next permit; an abort gives the place back. Urgent callers go first. */
  take(signal: AbortSignal | undefined, urgent: boolean): Promise<void>;
  /** Tells that the next permit may be due sooner than it was. */
  refresh(): void;
  /** Takes a permit if one is due and nobody waits for it. */
  tryTake(): boolean;
  /** The number of urgent callers that wait. */
  urgentWaiting(): number;
}

/** Permits of which the next is due at `dueAt()`; `noteTaken` is called for each. While nobody waits there is no timer. */
export function createPermits(clock: Clock, dueAt: () => number, noteTaken: () => void): Permits {
  const urgents = new Set<() => void>();
  const others = new Set<() => void>();
  let alarm: AbortController | undefined;

  function hasWaiters(): boolean {
    return urgents.size + others.size > 0;
  }

  async function serve(): Promise<void> {
    while (hasWaiters()) {
      alarm = new AbortController();
      const ms = dueAt() - clock.now();
      if (ms > 0) await clock.sleep(ms, alarm.signal).catch(() => {});
      else grantFirst(urgents.size > 0 ? urgents : others);
    }
    alarm = undefined;
  }

  function grantFirst(lane: Set<() => void>): void {
    const [grant] = lane;
    lane.delete(grant!);
    noteTaken();
    grant!();
  }

  return {
    take: async (signal, urgent) => {
      signal?.throwIfAborted();
      const lane = urgent ? urgents : others;
      let grant = () => {};
      const permit = new Promise<void>((resolve) => (grant = resolve));
      lane.add(grant);
      if (!alarm) void serve();
      try {
        await untilAbort(permit, signal);
      } finally {
        lane.delete(grant);
        if (!hasWaiters()) alarm?.abort(ended);
      }
    },
    refresh: () => alarm?.abort(ended),
    tryTake: () => {
      const isFree = !hasWaiters() && dueAt() <= clock.now();
      if (isFree) noteTaken();
      return isFree;
    },
    urgentWaiting: () => urgents.size,
  };
}
