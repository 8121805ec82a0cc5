import { ConfigError } from "../errors/errors.js";
import { checkTime } from "../options/time-limit.js";
import type { Clock } from "../time/clock.js";

/** A clock that stands still until it is told to go: for tests that must not wait. */
export interface ManualClock extends Clock {
  /** Moves time on by `ms`, and wakes whoever sleeps until then, in order. Throws a ConfigError where `ms` is negative or no number. */
  advance(ms: number): void;
  /**
   * Moves time on, step by step, until `promise` settles, and gives its result. Between the steps real sockets get their turn.
   * `stepMs` is 100 by default; rejects with a ConfigError where it is not above 0.
   */
  drive<T>(promise: Promise<T>, options?: { readonly stepMs?: number }): Promise<T>;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Makes a {@link ManualClock}; hand the same one to the emulator and to the client. `startDate` is the date at its start, in ms since 1970. */
export function createManualClock(startDate: number = Date.UTC(2026, 0, 1)): ManualClock {
  let now = 0;
  const sleepers = new Set<Sleeper>();

  function advance(ms: number) {
    if (!Number.isFinite(ms) || ms < 0)
      throw new ConfigError(`Time cannot go on by ${String(ms)} ms. Give a number from 0.`);
    const end = now + ms;
    for (;;) {
      const due = [...sleepers].filter((sleeper) => sleeper.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      now = Math.max(now, due.at);
      due.wake();
    }
    now = end;
  }

  return {
    now: () => now,
    date: () => startDate + now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        function leave() {
          sleepers.delete(sleeper);
          signal?.removeEventListener("abort", stop);
        }
        function stop() {
          leave();
          reject(signal?.reason);
        }
        const sleeper: Sleeper = {
          at: now + Math.max(0, ms),
          wake: () => {
            leave();
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", stop, { once: true });
      }),
    advance,
    drive: async (promise, { stepMs = 100 } = {}) => {
      checkTime("stepMs", stepMs);
      const waiting = { over: false };
      function end() {
        waiting.over = true;
      }
      promise.then(end, end);
      while (!waiting.over) {
        await takeTurns();
        advance(waiting.over ? 0 : stepMs);
      }
      return promise;
    },
  };
}

/** A request to localhost needs a few turns of the event loop; time must not run past the deadlines meanwhile. */
async function takeTurns(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((next) => setImmediate(next));
}
