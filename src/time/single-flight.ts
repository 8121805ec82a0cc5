import { ended, untilAbort } from "./scope.js";

/** Lets callers that ask for the same thing at the same time share one task. */
export type SingleFlight = <T>(
  key: string,
  signal: AbortSignal | undefined,
  task: (signal: AbortSignal) => Promise<T>,
) => Promise<T>;

interface SharedTask {
  readonly work: Promise<unknown>;
  readonly stop: AbortController;
  callers: number;
}

function start(task: (signal: AbortSignal) => Promise<unknown>): SharedTask {
  const stop = new AbortController();
  return { work: task(stop.signal), stop, callers: 0 };
}

/** Makes a single flight. A shared task is aborted when the last of its callers has left. */
export function createSingleFlight(): SingleFlight {
  const running = new Map<string, SharedTask>();
  return async (key, signal, task) => {
    const entry = running.get(key) ?? start(task);
    running.set(key, entry);
    entry.callers++;
    try {
      return (await untilAbort(entry.work, signal)) as Awaited<ReturnType<typeof task>>;
    } finally {
      if (--entry.callers === 0) {
        running.delete(key);
        entry.stop.abort(ended);
      }
    }
  };
}
