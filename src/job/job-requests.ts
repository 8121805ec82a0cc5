import type { JobRef } from "../errors/error-fields.js";
import { requestPath } from "../protocol/paths.js";
import { isPassing, outcomeOf } from "../wire/requests.js";
import type { Answer, Requests } from "../wire/requests.js";
import { missingUntil } from "./not-found-grace.js";

/** A job as its handle knows it. */
export interface KnownJob {
  readonly ref: JobRef;
  /** When the handle was made, by the client's clock. */
  readonly createdAt: number;
  /** True where this client submitted it, so that it certainly exists. */
  readonly isSubmitted: boolean;
}

/** True where a request about the job that failed so may succeed when it is made again. */
export function mayPass({ settings }: Requests, job: KnownJob, error: unknown): boolean {
  const isMissing = outcomeOf(error)?.kind === "missing";
  return isPassing(error) || (isMissing && settings.clock.now() < missingUntil(job));
}

/** Waits for the permit of one request about a job. Requests that others asked for before are no reason to give up. */
export function acquirePermit(
  { limiter, settings }: Requests,
  { ref }: KnownJob,
  signal: AbortSignal | undefined,
): Promise<void> {
  return limiter.acquireWithin(settings.requestTimeoutMs + limiter.backlogMs(), signal, ref);
}

/** Options of one request about a job. */
interface JobRequestOptions {
  readonly signal: AbortSignal | undefined;
  /** True: it is repeated after faults that pass. Default false. */
  readonly mayRepeat?: boolean;
  /** True: the cost, an extra of the result, is not asked for. Default false. */
  readonly skipsCost?: boolean | undefined;
}

/** One request about a job. */
export function requestJob(
  call: "status" | "result" | "cancel",
  requests: Requests,
  job: KnownJob,
  { signal, mayRepeat, skipsCost }: JobRequestOptions,
): Promise<Answer> {
  const { ref } = job;
  const withCost = call === "result" && !skipsCost;
  return requests[mayRepeat ? "ask" : "send"]({
    call,
    signal,
    job: ref,
    missingUntil: missingUntil(job),
    // The cost must not hold up the result for as long as a request may take.
    timeoutMs: requests.settings.requestTimeoutMs / (withCost ? 3 : 1),
    send: (api, init) => {
      if (call === "cancel") return api.POST(requestPath(ref.id, call), init);
      const params = withCost ? { query: { include_cost: true } } : {};
      return api.GET(requestPath(ref.id, call), { ...init, params });
    },
  });
}
