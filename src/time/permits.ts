import type { Clock } from "./clock.js";
import { untilAbort } from "./scope.js";

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

  function first(): (() => void) | undefined {
    for (const lane of [urgents, others]) for (const grant of lane) return grant;
    return undefined;
  }

  async function serve(): Promise<void> {
    for (let grant; (grant = first());) {
      alarm = new AbortController();
      const ms = dueAt() - clock.now();
      if (ms > 0) await clock.sleep(ms, alarm.signal).catch(() => {});
      else {
        noteTaken();
        grant();
      }
    }
    alarm = undefined;
  }

  return {
    take: async (signal, urgent) => {
      signal?.throwIfAborted();
      const lane = urgent ? urgents : others;
      let leave = () => {};
      const permit = new Promise<void>((resolve) => {
        lane.add((leave = () => void (lane.delete(leave) && resolve())));
      });
      if (!alarm) void serve();
      try {
        await untilAbort(permit, signal);
      } finally {
        leave();
        if (!first()) alarm?.abort("ended");
      }
    },
    refresh: () => alarm?.abort("ended"),
    tryTake: () => {
      const isFree = !first() && dueAt() <= clock.now();
      if (isFree) noteTaken();
      return isFree;
    },
    urgentWaiting: () => urgents.size,
  };
}
