import type { JobRef } from "../errors/error-fields.js";
import { ResponseError } from "../errors/errors.js";
import { requestPath } from "../protocol/paths.js";
import { isFinal, readUpdate } from "../protocol/status.js";
import { shorten } from "../protocol/text.js";
import { isPassing, outcomeOf } from "../wire/requests.js";
import type { Answer, Requests } from "../wire/requests.js";
import { jobLagMs } from "./wait.js";

/** A job as its handle knows it. */
export interface KnownJob {
  readonly ref: JobRef;
  /** When the handle was made, by the client's clock. */
  readonly createdAt: number;
  /** True where this client submitted it, so that it certainly exists. */
  readonly isSubmitted: boolean;
}

/** True where "no such job" may pass: the job was submitted a moment ago. */
function isFresh({ settings }: Requests, { isSubmitted, createdAt }: KnownJob): boolean {
  return isSubmitted && settings.clock.now() - createdAt < jobLagMs;
}

/** True where a request about the job that failed so may succeed when it is made again. */
export function mayPass(requests: Requests, job: KnownJob, error: unknown): boolean {
  return isPassing(error) || (outcomeOf(error)?.kind === "missing" && isFresh(requests, job));
}

/** Waits for the permit of one request about a job. Requests that others asked for before are no reason to give up. */
export function acquirePermit(
  { limiter, settings }: Requests,
  { ref }: KnownJob,
  signal: AbortSignal,
): Promise<void> {
  return limiter.acquireWithin(settings.requestTimeoutMs + limiter.backlogMs(), signal, ref);
}

/** One request about a job. As `send`, `requests.ask` repeats it after passing faults; `requests.send`, the default, does not. */
export function requestJob(
  call: "status" | "result" | "cancel",
  requests: Requests,
  job: KnownJob,
  signal: AbortSignal,
  {
    send = requests.send,
    skipsCost,
  }: { readonly send?: Requests["send"]; readonly skipsCost?: boolean | undefined } = {},
): Promise<Answer> {
  const { ref } = job;
  const { id } = ref;
  const withCost = call === "result" && !skipsCost;
  const params = withCost ? { query: { include_cost: true } } : {};
  return send({
    call,
    signal,
    job: ref,
    send: (api, init) =>
      call === "cancel"
        ? api.POST(requestPath(id, call), init)
        : api.GET(requestPath(id, call), { ...init, params }),
    // The cost is an extra: it must not hold up the result for as long as a request may take.
    timeoutMs: requests.settings.requestTimeoutMs / (withCost ? 3 : 1),
    retryOnMissing: () => isFresh(requests, job),
    // The service may call an answer an error only because it tells the job's end, with the reason why it failed.
    acceptsErrorBody: (body) =>
      body["request_id"] === id &&
      Number(body["error_code"]) !== 400005 &&
      isFinal(readUpdate(id, body).status),
    check: ({ body, text, retryAfterMs }) => {
      const isOther = (body["request_id"] ?? id) !== id;
      if (!isOther && (call !== "status" || typeof body["status"] === "string")) return undefined;
      return new ResponseError(
        isOther
          ? `The service answered about another job than ${id}.`
          : `The service did not say how job ${id} stands.`,
        { job: ref, body: shorten(text), retryAfterMs },
      );
    },
  });
}
