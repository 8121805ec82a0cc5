import { pause, untilAbort } from "../../time/scope.js";
import { DownloadError } from "../files/download-error.js";
import type { PartialFile } from "../files/partial-file.js";
import type { Network } from "../net/network.js";
import { DoubtfulFileError } from "./doubtful-file-error.js";
import { expiredStatus, fetchOnce, type Arrival, type FetchTask } from "./download-attempt.js";

/** The settings of one download. */
export interface DownloadTask extends FetchTask {
  /** Attempts in a row that may bring no new byte. */
  readonly attempts: number;
  /** Gives a new URL in place of one that the host refuses, because its signature has expired. */
  readonly refresh?: (() => Promise<string | undefined>) | undefined;
  /** True for a file of a job that ended just now: its host may have it, or its permission, only some seconds later. */
  readonly isFresh?: boolean;
  /** Judges a file that has arrived; throws a {@link DoubtfulFileError} where it seems not to be the right one, or not whole. */
  readonly inspect: (arrival: Arrival) => Promise<void>;
}

/** A bound on all attempts together, for a host that sends one byte each time. */
const mostAttempts = 100;
const temporaryReasons = new Set<DownloadError["reason"]>(["connection", "stalled", "length", "doubtful"]);
const temporaryStatus = new Set([408, 425, 429, 500, 502, 503, 504]);
const tooEarlyStatus = new Set([403, 404, 409]);

/**
 * Fetches a URL into a partial file. After a failure it resumes where the download broke off, if the host's ETag allows. A file that
 * `inspect` doubts is fetched once more, and again while its bytes differ. The partial file stays open, also after an error.
 *
 * @throws DownloadError, or the signal's reason.
 */
export async function download(network: Network, task: DownloadTask, file: PartialFile): Promise<Arrival> {
  const { signal } = task;
  let { url, refresh } = task;
  let furthest = file.size;
  let fruitless = 0;
  let doubted: string | undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      const arrival = await fetchOnce(network, { ...task, url }, file);
      await task.inspect(arrival);
      return arrival;
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof DownloadError)) throw error;
      if (refresh !== undefined && expiredStatus.has(error.status ?? 0)) {
        const fresh = await untilAbort(refresh(), signal);
        refresh = undefined;
        if (fresh !== undefined && fresh !== url) {
          url = fresh;
          continue;
        }
      }
      const isDoubtful = error instanceof DoubtfulFileError;
      // The same bytes twice are what the host really has.
      if (isDoubtful && error.sha256 === doubted) throw error;
      if (isDoubtful) [doubted, furthest] = [error.sha256, 0];
      fruitless = file.size > furthest ? 1 : fruitless + 1;
      furthest = Math.max(furthest, file.size);
      if (!mayPass(error, task) || fruitless >= task.attempts || attempt >= mostAttempts) throw error;
      await pause(network.clock, error.retryAfterMs ?? Math.min(250 * 2 ** fruitless, 8000), signal);
    }
  }
}

/** Tells if another attempt may succeed. */
function mayPass({ reason, status = 0 }: DownloadError, { isFresh }: DownloadTask): boolean {
  return (
    temporaryReasons.has(reason) ||
    temporaryStatus.has(status) ||
    (isFresh === true && tooEarlyStatus.has(status))
  );
}
