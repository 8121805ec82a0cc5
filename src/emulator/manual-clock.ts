import { ConfigError } from "../errors/errors.js";
import { aPositiveNumber, checkOptions } from "../options/check-options.js";
import type { Clock } from "../time/clock.js";

/** A clock that a test moves by hand, so that no test has to wait. */
export interface ManualClock extends Clock {
  /** Moves time on by `ms`, and ends each sleep that is due by then, in order. Throws a ConfigError if `ms` is negative or no number. */
  advance(ms: number): void;
  /**
   * Moves time on, step by step, until `promise` settles, and gives its result. Real sockets are served between the steps.
   * `stepMs` is 100 by default; rejects with a ConfigError if it is not above 0.
   */
  drive<T>(promise: Promise<T>, options?: { readonly stepMs?: number }): Promise<T>;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

interface ClockState {
  now: number;
  readonly sleepers: Set<Sleeper>;
}

/** Makes a {@link ManualClock}; hand the same one to the emulator and to the client. `startDate` is the date at its start, in ms since 1970. */
export function createManualClock(startDate: number = Date.UTC(2026, 0, 1)): ManualClock {
  const state: ClockState = { now: 0, sleepers: new Set() };
  return {
    now: () => state.now,
    date: () => startDate + state.now,
    sleep: (ms, signal) => sleep(state, ms, signal),
    advance: (ms) => advance(state, ms),
    drive: (promise, options) => drive(state, promise, options),
  };
}

function sleep({ now, sleepers }: ClockState, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    function remove(): void {
      sleepers.delete(sleeper);
      signal?.removeEventListener("abort", stop);
    }
    function stop(): void {
      remove();
      reject(signal?.reason);
    }
    const sleeper: Sleeper = {
      at: now + Math.max(0, ms),
      wake: () => {
        remove();
        resolve();
      },
    };
    sleepers.add(sleeper);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

function advance(state: ClockState, ms: number): void {
  if (!Number.isFinite(ms) || ms < 0)
    throw new ConfigError(`Time cannot go on by ${String(ms)} ms. Give a number from 0.`);
  const end = state.now + ms;
  for (;;) {
    const [due] = [...state.sleepers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
    if (!due) break;
    state.now = Math.max(state.now, due.at);
    due.wake();
  }
  state.now = end;
}

async function drive<T>(
  state: ClockState,
  promise: Promise<T>,
  options: { readonly stepMs?: number } = {},
): Promise<T> {
  checkOptions("drive", options, { stepMs: aPositiveNumber });
  const { stepMs = 100 } = options;
  const progress = { isOver: false };
  function end(): void {
    progress.isOver = true;
  }
  promise.then(end, end);
  while (!progress.isOver) {
    await serveSockets();
    advance(state, progress.isOver ? 0 : stepMs);
  }
  return promise;
}

/** A request to localhost takes a few rounds of the event loop; time must not pass its deadline in the meantime. */
async function serveSockets(): Promise<void> {
  for (let round = 0; round < 50; round++) await new Promise((next) => setImmediate(next));
}
