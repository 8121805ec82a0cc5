import type { JobRef } from "../errors/error-fields.js";
import { ResponseError } from "../errors/errors.js";
import { requestPath } from "../protocol/paths.js";
import { isFinal, readUpdate } from "../protocol/status.js";
import { shorten } from "../protocol/text.js";
import { isPassing, outcomeOf } from "../wire/requests.js";
import type { Answer, FreePlan, Requests } from "../wire/requests.js";
import { jobLagMs } from "./wait.js";

/** A job as its handle knows it. */
export interface KnownJob {
  readonly ref: JobRef;
  /** When the handle was made, by the client's clock. */
  readonly createdAt: number;
  /** Whether this client submitted it, so that it certainly exists. */
  readonly isSubmitted: boolean;
}

/** Whether "no such job" may pass: the job was submitted a moment ago. */
function isFresh({ settings }: Requests, { isSubmitted, createdAt }: KnownJob): boolean {
  return isSubmitted && settings.clock.now() - createdAt < jobLagMs;
}

/** Whether a request about the job that failed so may succeed when it is made again. */
export function mayPass(requests: Requests, job: KnownJob, error: unknown): boolean {
  return isPassing(error) || (outcomeOf(error)?.kind === "missing" && isFresh(requests, job));
}

/** The parts that all requests about a job share. */
function planOf<Name extends "status" | "result" | "cancel">(
  requests: Requests,
  job: KnownJob,
  signal: AbortSignal,
  call: Name,
) {
  const { ref } = job;
  const { id } = ref;
  const misunderstood = (message: string, { text, retryAfterMs }: Answer) =>
    new ResponseError(message, { job: ref, body: shorten(text), retryAfterMs });
  const plan: Omit<FreePlan, "send"> = {
    call,
    signal,
    job: ref,
    retryOnMissing: () => isFresh(requests, job),
    // The service may call an answer an error only because it tells the job's end, with the reason why it failed.
    acceptsErrorBody: (body) =>
      body["request_id"] === id &&
      Number(body["error_code"]) !== 400005 &&
      isFinal(readUpdate(id, body).status),
    check: (answer) => {
      const { request_id: named = id, status } = answer.body;
      if (named !== id) return misunderstood(`The service answered about another job than ${id}.`, answer);
      if (call === "status" && typeof status !== "string")
        return misunderstood(`The service did not say how job ${id} stands.`, answer);
      return undefined;
    },
  };
  return { plan, path: requestPath(id, call) };
}

/** One status request. `requests.ask` repeats it after passing faults; `requests.send`, the default, does not. */
export function requestStatus(
  requests: Requests,
  job: KnownJob,
  signal: AbortSignal,
  send = requests.send,
): Promise<Answer> {
  const { plan, path } = planOf(requests, job, signal, "status");
  return send({ ...plan, send: (api, init) => api.GET(path, init) });
}

/** One request for a job's result. */
export function requestResult(
  requests: Requests,
  job: KnownJob,
  signal: AbortSignal,
  withCost: boolean,
): Promise<Answer> {
  const { plan, path } = planOf(requests, job, signal, "result");
  const params = withCost ? { query: { include_cost: true } } : {};
  return requests.send({
    ...plan,
    send: (api, init) => api.GET(path, { ...init, params }),
    // The cost is an extra: it must not hold up the result for as long as a request may take.
    timeoutMs: requests.settings.requestTimeoutMs / (withCost ? 3 : 1),
  });
}

/** One request to cancel a job. */
export function requestCancel(requests: Requests, job: KnownJob, signal: AbortSignal): Promise<Answer> {
  const { plan, path } = planOf(requests, job, signal, "cancel");
  return requests.send({ ...plan, send: (api, init) => api.POST(path, init) });
}

/** Waits for the permit of one request about a job. */
export function acquirePermit(
  { limiter, settings }: Requests,
  { ref }: KnownJob,
  signal: AbortSignal,
): Promise<void> {
  // Requests that others asked for before are no reason to give up.
  return limiter.acquireWithin(settings.requestTimeoutMs + limiter.backlogMs(), signal, ref);
}
