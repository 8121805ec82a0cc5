import type { JobUpdate } from "../protocol/status.js";

/**
 * The changes of a job as an iterator. It calls `begin` when it is first asked, and aborts the signal that `begin` got when the
 * loop is left. After an abort of one of the callers' signals it gives no more of the changes that it has.
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

  // The generator's own two methods would wait for a `next` that is still waiting for news.
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
