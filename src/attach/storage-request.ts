import { retryDelay } from "../time/back-off.js";
import type { Clock } from "../time/clock.js";
import { pause, scope, timedOut } from "../time/scope.js";
import type { Platform, StorageRequest, StorageResponse } from "./attach-platform.js";
import { UploadError } from "./upload-error.js";

const mostAttempts = 4;
/** The least time for a request: one minute, to which the time is added that the body needs at 64 kB a second. */
const minimumMs = 60_000;
const bytesPerMs = 64;

/**
 * Sends a request to a storage, and again where no answer came or the storage was busy: repeating an upload does no harm. Gives the
 * last answer, whatever its status. `prepare` makes the request anew for each attempt.
 *
 * @throws UploadError when no answer came.
 * @throws The signal's reason.
 */
export async function sendToStorage(
  platform: Platform,
  clock: Clock,
  prepare: () => Promise<StorageRequest>,
): Promise<StorageResponse> {
  for (let attempt = 1; ; attempt++) {
    const request = await prepare();
    const { signal } = request;
    let outcome: StorageResponse | UploadError;
    try {
      const ms = minimumMs + (request.body?.size ?? 0) / bytesPerMs;
      outcome = await scope({ clock, ms, signals: [signal] }, (own) =>
        platform.sendToStorage({ ...request, signal: own }),
      );
      const isBusy = outcome.status >= 500 || outcome.status === 429 || outcome.status === 408;
      if (!isBusy || attempt === mostAttempts) return outcome;
    } catch (cause) {
      signal.throwIfAborted();
      outcome = describeFailure(request.url, cause);
      if (attempt === mostAttempts) throw outcome;
    }
    const seconds = outcome instanceof UploadError ? 0 : Number(outcome.header("retry-after") ?? 0);
    const toldMs = Number.isFinite(seconds) ? Math.min(60_000, seconds * 1000) : 0;
    await pause(clock, Math.max(toldMs, retryDelay(attempt, Math.random)), signal);
  }
}

function describeFailure(url: string, cause: unknown): UploadError {
  const { host } = new URL(url);
  const why =
    cause === timedOut
      ? "no answer came in time"
      : cause instanceof Error
        ? [cause.message, cause.cause instanceof Error && cause.cause.message].filter(Boolean).join(": ")
        : String(cause);
  return new UploadError(
    `The storage at ${host} was not reached: ${why}. Check the endpoint and the network. No job was submitted.`,
    cause instanceof Error ? { cause } : {},
  );
}
