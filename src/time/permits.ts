import type { Clock } from "./clock.js";
import { untilAbort } from "./scope.js";

/** Permits that are given one after another. */
export interface Permits {
  /** Takes a permit if one is due and nobody waits for it. */
  tryTake(): boolean;
  /** Resolves with the next permit; an abort gives the place back. Urgent callers go first. */
  take(signal: AbortSignal | undefined, urgent: boolean): Promise<void>;
  /** Tells that the next permit may be due sooner than it was. */
  refresh(): void;
  /** The number of urgent callers that wait. */
  urgentWaiting(): number;
}

/** Permits of which the next is due at `dueAt()`; `noteTaken` is called for each. While nobody waits there is no timer. */
export function createPermits(clock: Clock, dueAt: () => number, noteTaken: () => void): Permits {
  const lanes = [new Set<() => void>(), new Set<() => void>()] as const;
  const first = () => (lanes[0].size > 0 ? lanes[0] : lanes[1]).values().next().value;
  let alarm: AbortController | undefined;

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
    tryTake: () => {
      const isFree = !first() && dueAt() <= clock.now();
      if (isFree) noteTaken();
      return isFree;
    },
    take: async (signal, urgent) => {
      signal?.throwIfAborted();
      const lane = lanes[urgent ? 0 : 1];
      let leave = () => {};
      const permit = new Promise<void>((resolve) => {
        lane.add((leave = () => void (lane.delete(leave) && resolve())));
      });
      if (!alarm) void serve();
      try {
        await untilAbort(permit, signal);
      } finally {
        leave();
        if (!first()) alarm?.abort();
      }
    },
    refresh: () => alarm?.abort(),
    urgentWaiting: () => lanes[0].size,
  };
}
