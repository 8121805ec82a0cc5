import { isRequestId } from "../protocol/paths.js";
import type { Body } from "../protocol/answer.js";
import { shorten } from "../protocol/answer.js";
import { ConfigError, HttpError, NotFoundError, ResponseError } from "../errors/errors.js";
import type { JobRef } from "../errors/errors.js";
import type { Http, MakeCall, Reply } from "../wire/requests.js";
import { isFinal, readState, readUpdate } from "../protocol/status.js";
import type { JobUpdate } from "../protocol/status.js";
import type { JobResult } from "./job-types.js";
import type { Signals } from "../time/clock.js";

/** How a job ended, as the result call tells; undefined while it has not. */
export interface Ending {
  readonly state: "succeeded" | "failed" | "cancelled";
  readonly raw: Body;
}

/** The path of one call of a job. */
export function requestPath<Name extends "status" | "result" | "cancel">(
  id: string,
  call: Name,
): `/v1/requests/${string}/${Name}` {
  if (!isRequestId(id)) {
    const given = typeof id === "string" ? shorten(id, 40) : typeof id;
    throw new ConfigError(`${JSON.stringify(given)} is not a request id.`);
  }
  return `/v1/requests/${id}/${call}`;
}

/** The code of a result that is not there yet. */
const tooEarly = 400005;

/** An answer that names another job is no answer. */
export function checkOwn(reply: Reply, job: JobRef): Body {
  const id = reply.body["request_id"];
  if (id === undefined || id === job.id) return reply.body;
  throw new ResponseError(`The service answered about another job than ${job.id}.`, {
    job,
    body: shorten(reply.text),
    retryAfterMs: reply.retryAfterMs,
  });
}

/** Whether the service calls an answer an error only because it is about this job's end: why it failed, say. */
function tellsEndOf(job: JobRef) {
  return (body: Body): boolean => {
    const state = readState(body["status"]);
    const early = Number(body["error_code"]) === tooEarly;
    return body["request_id"] === job.id && !early && (state === "succeeded" || isFinal(state));
  };
}

/** One look at a job's status. */
export async function lookAtStatus(
  http: Http,
  job: JobRef,
  signals: Signals,
  call = http.send,
): Promise<{ readonly update: JobUpdate; readonly reply: Reply }> {
  const path = requestPath(job.id, "status");
  const make: MakeCall = (api, init) => api.GET(path, init);
  function check(reply: Reply): void {
    const body = checkOwn(reply, job);
    if (typeof body["status"] === "string") return;
    throw new ResponseError(`The service did not say how job ${job.id} stands.`, {
      job,
      body: shorten(reply.text),
      retryAfterMs: reply.retryAfterMs,
    });
  }
  const reply = await call({ make, signals, job, believes: tellsEndOf(job), check });
  return { update: readUpdate(job.id, reply.body), reply };
}

/** What a look at a result found: no ending where the service says "not yet", in either of its ways. */
export interface ResultLook {
  readonly ending?: Ending;
  readonly retryAfterMs?: number | undefined;
}

/** One look at a job's result. */
export async function lookAtResult(
  http: Http,
  job: JobRef,
  withCost: boolean,
  signals: Signals,
): Promise<ResultLook> {
  const path = requestPath(job.id, "result");
  const params = withCost ? { query: { include_cost: true } } : {};
  // An extra must not hold up the result for as long as a request may take.
  const timeoutMs = http.settings.requestTimeoutMs / (withCost ? 3 : 1);
  const make: MakeCall = (api, init) => api.GET(path, { ...init, params });
  let reply: Reply;
  try {
    reply = await http.send({ make, signals, job, timeoutMs, believes: tellsEndOf(job) });
  } catch (error) {
    if (error instanceof HttpError && Number(error.errorCode) === tooEarly) return error;
    throw error;
  }
  const raw = checkOwn(reply, job);
  const state = readState(raw["status"]);
  if (state === "failed" || state === "cancelled") return { ending: { state, raw } };
  return state === "succeeded" || state === "completed" ? { ending: { state: "succeeded", raw } } : reply;
}

/** What a result's answer holds. */
export function readResult(job: JobRef, raw: Body): JobResult {
  const { output, cost, created_at: createdAt, finished_at: finishedAt } = raw;
  return {
    output,
    ...(typeof cost === "number" && cost >= 0 ? { cost } : undefined),
    requestId: job.id,
    model: job.model,
    createdAt: textOf(createdAt),
    finishedAt: textOf(finishedAt),
    raw,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}
function isBare(value: unknown): boolean {
  return isBlank(value) || (Array.isArray(value) && value.every(isBlank));
}

/** Whether an output holds nothing at all. */
export function isEmpty(output: unknown): boolean {
  return isBare(output) || (typeof output === "object" && Object.values(output!).every(isBare));
}

/** A new job may be unknown to some of the service's machines for so long. */
export const lagMs = 60_000;

/** Whether an error says that there is no such job. A page of HTML does not. */
export function isMissing(error: unknown): boolean {
  return error instanceof NotFoundError && !/^\s*</.test(error.body ?? "");
}
