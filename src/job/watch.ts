import type { JobState } from "./wait.js";
import type { Poller } from "./poller.js";
import type { JobUpdate } from "../protocol/status.js";
import type { Signals } from "../time/clock.js";

/** The changes of a job as an iterator. It begins to look when it is first asked, and stops when it is left. */
export function watchJob(
  poller: Poller,
  job: JobState,
  timeoutMs: number,
  signals: Signals,
): AsyncIterableIterator<JobUpdate> {
  const updates: JobUpdate[] = [];
  let ended = false;
  let failure: { readonly error: unknown } | undefined;
  let wake = (): void => {};

  const stop = new AbortController();
  function end(error?: unknown) {
    if (ended) return;
    ended = true;
    if (error !== undefined) failure = { error };
    stop.abort();
    wake();
  }

  const follow = async function* (): AsyncGenerator<JobUpdate, undefined> {
    if (!ended) {
      poller.join(job, {
        timeoutMs,
        signals: [...signals, stop.signal],
        wantsResult: false,
        onUpdate: (update) => {
          updates.push(update);
          wake();
        },
        onEnd: ({ error }) => {
          // Old news must not hold up the reason of an abort.
          if (signals.some((signal) => signal?.aborted)) updates.length = 0;
          end(error);
        },
      });
    }
    try {
      while (updates.length > 0 || !ended) {
        const update = updates.shift();
        if (update) yield update;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      end();
    }
    if (failure) throw failure.error;
  };

  // The generator's own two would wait for a `next` that is still waiting for news.
  async function leave() {
    updates.length = 0;
    end();
    failure = undefined;
    return { value: undefined, done: true as const };
  }
  return Object.assign(follow(), {
    return: leave,
    throw: async (error: unknown) => {
      await leave();
      throw error;
    },
  });
}
