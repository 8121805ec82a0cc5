import { pause, throwIfAborted, untilAbort } from "./clock.js";
import type { Clock, Signals } from "./clock.js";

/** Calls that wait for their turn. */
export interface Queue {
  /** Takes the turn if it has come and nobody waits for it. */
  tryTake(): boolean;
  /** Resolves when it is the call's turn; an abort gives the place back. Urgent calls go first. */
  join(signals: Signals, urgent: boolean): Promise<void>;
  /** The next turn may come sooner than it was to. */
  refresh(): void;
  /** How many urgent calls wait. */
  urgent(): number;
}

/** A queue whose next turn is at `due()`, and each turn is noted by `take`. While nobody waits there is no timer. */
export function createQueue(clock: Clock, due: () => number, take: () => void): Queue {
  const lanes = [new Set<() => void>(), new Set<() => void>()] as const;
  const first = () =>
    [...lanes]
      .find(({ size }) => size > 0)
      ?.values()
      .next().value;
  let alarm: AbortController | undefined;

  async function serve(): Promise<void> {
    for (let go; (go = first());) {
      alarm = new AbortController();
      const ms = due() - clock.now();
      if (ms > 0) await pause(clock, ms, [alarm.signal]).catch(() => {});
      else {
        take();
        go();
      }
    }
    alarm = undefined;
  }

  function tryTake(): boolean {
    const isFree = !first() && due() <= clock.now();
    if (isFree) take();
    return isFree;
  }

  return {
    tryTake,
    join: async (signals, urgent) => {
      throwIfAborted(signals);
      const lane = lanes[urgent ? 0 : 1];
      let leave = () => {};
      const turn = new Promise<void>((resolve) => {
        lane.add((leave = () => void (lane.delete(leave) && resolve())));
      });
      if (!alarm) void serve();
      try {
        await untilAbort(turn, signals);
      } finally {
        leave();
        if (!first()) alarm?.abort();
      }
    },
    refresh: () => alarm?.abort(),
    urgent: () => lanes[0].size,
  };
}
