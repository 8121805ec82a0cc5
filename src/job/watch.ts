import type { JobUpdate } from "../protocol/status.js";
import { onAbort } from "../time/scope.js";
import { abortedError } from "./job-errors.js";
import type { KnownJob, Poller } from "./poller.js";

/** The updates of a job that its iterator has not given yet, and how they end. */
interface Feed {
  readonly updates: JobUpdate[];
  isEnded: boolean;
  failure: { readonly error: unknown } | undefined;
  /** Stops the polling. */
  readonly stop: AbortController;
  /** Wakes the iterator. */
  wake: () => void;
}

/** The changes of a job as an iterator. It begins to poll when it is first asked, and stops when the loop is left. */
export function watchJob(
  poller: Poller,
  job: KnownJob,
  timeoutMs: number,
  signals: readonly (AbortSignal | undefined)[],
): AsyncIterableIterator<JobUpdate> {
  const feed: Feed = {
    updates: [],
    isEnded: false,
    failure: undefined,
    stop: new AbortController(),
    wake: () => {},
  };
  // The generator's own two methods would wait for a `next` that is still waiting for news.
  async function leave(): Promise<{ value: undefined; done: true }> {
    feed.updates.length = 0;
    end(feed);
    feed.failure = undefined;
    return { value: undefined, done: true };
  }
  return Object.assign(
    follow(feed, () => start(feed, poller, job, timeoutMs, signals)),
    {
      return: leave,
      throw: async (error: unknown) => {
        await leave();
        throw error;
      },
    },
  );
}

async function* follow(feed: Feed, begin: () => () => void): AsyncGenerator<JobUpdate, undefined> {
  const unsubscribe = feed.isEnded ? () => {} : begin();
  try {
    while (feed.updates.length > 0 || !feed.isEnded) {
      const update = feed.updates.shift();
      if (update) yield update;
      else await new Promise<void>((resolve) => (feed.wake = resolve));
    }
  } finally {
    end(feed);
    unsubscribe();
  }
  if (feed.failure) throw feed.failure.error;
}

function start(
  feed: Feed,
  poller: Poller,
  job: KnownJob,
  timeoutMs: number,
  signals: readonly (AbortSignal | undefined)[],
): () => void {
  const unsubscribe = signals.map((signal) =>
    onAbort(signal, (reason) => {
      // Old news must not delay the reason of an abort.
      feed.updates.length = 0;
      end(feed, abortedError(job.ref, reason));
    }),
  );
  if (!feed.isEnded)
    poller.subscribe(job, {
      timeoutMs,
      signal: feed.stop.signal,
      wantsResult: false,
      onUpdate: (update) => {
        feed.updates.push(update);
        feed.wake();
      },
      onEnd: ({ error }) => end(feed, error),
    });
  return () => unsubscribe.forEach((leave) => leave());
}

function end(feed: Feed, error?: unknown): void {
  if (feed.isEnded) return;
  feed.isEnded = true;
  if (error !== undefined) feed.failure = { error };
  feed.stop.abort();
  feed.wake();
}
