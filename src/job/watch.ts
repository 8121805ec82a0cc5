import type { JobUpdate } from "../protocol/status.js";

/**
 * The changes of a job as an iterator. Calls `begin` when it is first asked for a change, and aborts the signal that `begin` got
 * when the loop is left. After an abort of one of the caller's signals, changes that are still queued are dropped.
 */
export function watchJob(
  signals: readonly (AbortSignal | undefined)[],
  begin: (onUpdate: (update: JobUpdate) => void, stop: AbortSignal) => Promise<unknown>,
): AsyncIterableIterator<JobUpdate> {
  const stop = new AbortController();
  const left = stop.signal;
  const updates: JobUpdate[] = [];
  let isEnded = false;
  let wake = () => {};

  async function* follow(): AsyncGenerator<JobUpdate, undefined> {
    if (left.aborted) return;
    const work = begin((update) => {
      updates.push(update);
      wake();
    }, left);
    const end = () => {
      isEnded = true;
      wake();
    };
    work.then(end, end);
    while (![left, ...signals].some((signal) => signal?.aborted) && (updates.length > 0 || !isEnded)) {
      const update = updates.shift();
      if (update) yield update;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
    if (!left.aborted) await work;
  }

  // A generator's own `return` and `throw` would wait until a pending `next` gets its change.
  async function leave(): Promise<{ value: undefined; done: true }> {
    stop.abort();
    wake();
    return { value: undefined, done: true };
  }

  return Object.assign(follow(), {
    return: leave,
    throw: async (error: unknown) => {
      await leave();
      throw error;
    },
  });
}
