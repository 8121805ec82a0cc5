import type { JobRef } from "../errors/error-fields.js";
import { ResponseError } from "../errors/errors.js";
import type { Body } from "../protocol/exchange.js";
import { requestPath } from "../protocol/paths.js";
import { isFinal, readState, readUpdate } from "../protocol/status.js";
import type { JobUpdate } from "../protocol/status.js";
import { shorten } from "../protocol/text.js";
import { outcomeOf } from "../wire/requests.js";
import type { Answer, FreePlan, Requests, Send } from "../wire/requests.js";
import type { Ending } from "./wait-state.js";

/** Whether the service calls an answer an error only because it tells this job's end, with the reason why it failed. */
function tellsEndOf(job: JobRef): (body: Body) => boolean {
  return (body) => {
    const state = readState(body["status"]);
    const isEarly = Number(body["error_code"]) === 400005;
    return body["request_id"] === job.id && !isEarly && (state === "succeeded" || isFinal(state));
  };
}

/** An answer that names another job is no answer. */
export function checkOwn(job: JobRef, answer: Answer): ResponseError | undefined {
  const id = answer.body["request_id"];
  if (id === undefined || id === job.id) return undefined;
  return misunderstood(`The service answered about another job than ${job.id}.`, job, answer);
}

function misunderstood(message: string, job: JobRef, { text, retryAfterMs }: Answer): ResponseError {
  return new ResponseError(message, { job, body: shorten(text), retryAfterMs });
}

/** One status request. `ask` repeats it after passing faults; `send` does not. */
export async function requestStatus(
  job: JobRef,
  signal: AbortSignal,
  request: (plan: FreePlan) => Promise<Answer>,
  retryOnMissing?: () => boolean,
): Promise<{ readonly update: JobUpdate; readonly answer: Answer }> {
  const path = requestPath(job.id, "status");
  const answer = await request({
    call: "status",
    send: (api, init) => api.GET(path, init),
    signal,
    job,
    acceptsErrorBody: tellsEndOf(job),
    ...(retryOnMissing && { retryOnMissing }),
    check: (found) =>
      checkOwn(job, found) ??
      (typeof found.body["status"] === "string"
        ? undefined
        : misunderstood(`The service did not say how job ${job.id} stands.`, job, found)),
  });
  return { update: readUpdate(job.id, answer.body), answer };
}

/** A request for a result: no ending where the service says "not yet", in either of its ways. */
export interface ResultAnswer {
  readonly ending?: Ending;
  readonly retryAfterMs?: number | undefined;
}

/** One request for a job's result. */
export async function requestResult(
  requests: Requests,
  job: JobRef,
  withCost: boolean,
  signal: AbortSignal,
): Promise<ResultAnswer> {
  const path = requestPath(job.id, "result");
  const params = withCost ? { query: { include_cost: true } } : {};
  const send: Send = (api, init) => api.GET(path, { ...init, params });
  try {
    const answer = await requests.send({
      call: "result",
      send,
      signal,
      job,
      // The cost is an extra: it must not hold up the result for as long as a request may take.
      timeoutMs: requests.settings.requestTimeoutMs / (withCost ? 3 : 1),
      acceptsErrorBody: tellsEndOf(job),
      check: (found) => checkOwn(job, found),
    });
    return { ...readEnding(answer.body), retryAfterMs: answer.retryAfterMs };
  } catch (error) {
    if (outcomeOf(error)?.kind !== "not_ready") throw error;
    return { retryAfterMs: (error as { retryAfterMs?: number }).retryAfterMs };
  }
}

function readEnding(raw: Body): Pick<ResultAnswer, "ending"> {
  const state = readState(raw["status"]);
  if (state === "failed" || state === "cancelled") return { ending: { state, raw } };
  return state === "succeeded" || state === "completed" ? { ending: { state: "succeeded", raw } } : {};
}
