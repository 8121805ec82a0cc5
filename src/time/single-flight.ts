import { untilAbort } from "./scope.js";

/** Lets callers that ask for the same thing at the same time share one task. */
export type SingleFlight = <T>(
  key: string,
  signal: AbortSignal | undefined,
  task: (signal: AbortSignal) => Promise<T>,
) => Promise<T>;

/** Makes a single flight. A shared task is aborted when the last of its callers has left. */
export function createSingleFlight(): SingleFlight {
  const running = new Map<string, { work: Promise<unknown>; callers: number; stop: AbortController }>();
  return async (key, signal, task) => {
    let entry = running.get(key);
    if (!entry) {
      const stop = new AbortController();
      running.set(key, (entry = { work: task(stop.signal), callers: 0, stop }));
    }
    entry.callers++;
    try {
      return (await untilAbort(entry.work, signal)) as Awaited<ReturnType<typeof task>>;
    } finally {
      if (--entry.callers === 0) {
        running.delete(key);
        entry.stop.abort("ended");
      }
    }
  };
}
