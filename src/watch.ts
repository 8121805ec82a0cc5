import type { JobState } from "./loop.js";
import type { Poller } from "./poller.js";
import type { JobUpdate } from "./status.js";
import { onAbort, throwIfAborted } from "./time.js";
import type { Signals } from "./time.js";

const nothing = (): void => {};

/** The changes of a job as an iterator. It begins to look when it is first asked, and stops when it is left. */
export const watchJob = (
  poller: Poller,
  job: JobState,
  timeoutMs: number,
  signals: Signals,
): AsyncIterableIterator<JobUpdate> => {
  const updates: JobUpdate[] = [];
  let state: "new" | "open" | "ended" = "new";
  let failure: { readonly error: unknown } | undefined;
  let wake = nothing;
  let leave = nothing;

  const end = (error?: unknown) => {
    if (state === "ended") return;
    state = "ended";
    if (error !== undefined) failure = { error };
    leave();
    wake();
  };

  const begin = () => {
    throwIfAborted(signals);
    state = "open";
    const stop = poller.join(job, {
      timeoutMs,
      wantsResult: false,
      onUpdate: (update) => {
        updates.push(update);
        wake();
      },
      onEnd: ({ error }) => end(error),
    });
    const detach = onAbort(signals, end);
    leave = () => {
      detach();
      stop();
    };
    if (isEnded()) leave();
  };
  const isEnded = () => state === "ended";

  const advance = async (): Promise<IteratorResult<JobUpdate, undefined>> => {
    if (state === "new") begin();
    while (updates.length === 0 && !isEnded()) await new Promise<void>((resolve) => (wake = resolve));
    const { error } = failure ?? {};
    if (failure && updates.length === 0) {
      failure = undefined;
      throw error;
    }
    const value = updates.shift();
    return value ? { value, done: false } : { value: undefined, done: true };
  };

  let queue: Promise<unknown> = Promise.resolve();
  return {
    // Calls that overlap are answered in their order.
    next: () => {
      const turn = queue.then(advance);
      queue = turn.catch(() => {});
      return turn;
    },
    return: async () => {
      updates.length = 0;
      failure = undefined;
      end();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
};
