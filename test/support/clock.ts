import type { Clock } from "../../src/time/clock.js";

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
  readonly guard: boolean;
}

/** Time that stands still until somebody waits: it jumps from one sleeper to the next. */
export interface VirtualClock extends Clock {
  /** Sleepers at this moment. */
  readonly sleeping: number;
  /** All sleeps so far. */
  readonly sleeps: number[];
  /** Moves the time, waking nobody on the way: what a machine does that was suspended. */
  jump(ms: number): void;
  /** Lets time pass until the promise settles. */
  run<T>(work: Promise<T>): Promise<T>;
  /** Lets so much time pass. */
  advance(ms: number): Promise<void>;
}

/** Lets everything happen that needs no time. */
export const settle = async (turns = 2): Promise<void> => {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** The rounds in which nothing happens before a run is given up: seconds at least, in which input and output would have come. */
const mostIdleRounds = 5000;

/**
 * With `guards`, sleeps of exactly these lengths never end: where real input and output is awaited, the deadlines of requests
 * must not be what time jumps to.
 */
export const createClock = (start = 1000, guards: readonly number[] = []): VirtualClock => {
  const turns = guards.length > 0 ? 20 : 2;
  let now = start;
  const sleepers = new Set<Sleeper>();
  const sleeps: number[] = [];
  const wakeNext = (limit: number): boolean => {
    const next = [...sleepers].filter(({ guard }) => !guard).sort((a, b) => a.at - b.at)[0];
    if (!next || next.at > limit) return false;
    now = Math.max(now, next.at);
    next.wake();
    return true;
  };
  return {
    now: () => now,
    date: () => Date.UTC(2026, 0, 1) + now,
    get sleeping() {
      return sleepers.size;
    },
    sleeps,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        sleeps.push(ms);
        const end = (act: () => void) => {
          sleepers.delete(sleeper);
          signal?.removeEventListener("abort", stop);
          act();
        };
        const stop = () => end(() => reject(signal?.reason));
        const sleeper: Sleeper = { at: now + ms, wake: () => end(resolve), guard: guards.includes(ms) };
        signal?.addEventListener("abort", stop);
        sleepers.add(sleeper);
      }),
    jump: (ms) => {
      now += ms;
    },
    run: async (work) => {
      const state = { done: false };
      const finish = () => {
        state.done = true;
      };
      work.then(finish, finish);
      let idleRounds = 0;
      for (await settle(turns); !state.done; await settle(turns)) {
        if (wakeNext(Infinity)) idleRounds = 0;
        else {
          await settle(20);
          if (!state.done && sleepers.size === 0) throw new Error("nobody sleeps, and the work is not done");
          // Without an end this loop would go on after its test was given up, and slow down all others of the process.
          if (++idleRounds > mostIdleRounds)
            throw new Error("only guards sleep, nothing comes in, and the work is not done");
        }
      }
      return work;
    },
    advance: async (ms) => {
      const end = now + ms;
      for (await settle(turns); wakeNext(end); await settle(turns));
      now = Math.max(now, end);
      await settle();
    },
  };
};
