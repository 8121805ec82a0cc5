import type { Clock } from "../time.js";
import { UnmeasurableError } from "./media-bytes.js";

/** A signal that aborts with the caller's, or when the time is over. */
export const limitTime = (
  clock: Clock,
  ms: number,
  outer: AbortSignal | undefined,
): { signal: AbortSignal; stop: () => void } => {
  const inner = new AbortController();
  const done = new AbortController();
  const forward = (): void => inner.abort(outer?.reason);
  outer?.addEventListener("abort", forward, { once: true });
  clock.sleep(ms, done.signal).then(
    () => inner.abort(new UnmeasurableError(`reading it took longer than ${ms / 1000} s`)),
    () => undefined,
  );
  return {
    signal: inner.signal,
    stop: () => {
      outer?.removeEventListener("abort", forward);
      done.abort();
    },
  };
};
