import type { Json } from "../../input/model.js";
import { isRequestId } from "../../protocol/paths.js";
import type { QueuedJob } from "../jobs/emulated-job.js";
import { planFiles, writeOutput } from "../jobs/job-output.js";
import { respondError, respondJson } from "./service-response.js";
import type { ServiceRequest, ServiceResponse } from "./service-response.js";
import type { ServiceState } from "./service-state.js";
import { formatDate } from "./wire-format.js";
import type { Refusal } from "./wire-format.js";

type JsonObject = { readonly [key: string]: Json };

/** The job with this id, or the refusal if it does not exist or belongs to another account. */
export function findJob(state: ServiceState, id: string, account: string): QueuedJob | Refusal {
  if (!isRequestId(id)) {
    return { status: 400, code: 400001, message: "This is not the id of a request." };
  }
  const job = state.queue.get(id);
  if (!job) {
    const message = "No request has this id; an emulator forgets its requests when it ends.";
    return { status: 404, code: 404001, message };
  }
  return job.account === account ? job : { status: 403, code: 403001, message: "This request is not yours." };
}

/** The response to a status request. */
export function respondStatus(state: ServiceState, job: QueuedJob): ServiceResponse {
  return respondJson({
    request_id: job.id,
    status: writeState(job),
    ...(job.state === "in_queue" && { queue_position: state.queue.positionOf(job) }),
    ...writeJobAddresses(state, job),
  });
}

/** The addresses that the responses to a submit and to a status request name. */
export function writeJobAddresses(state: ServiceState, job: QueuedJob): JsonObject {
  return {
    status_url: `${state.origin}/v1/requests/${job.id}/status`,
    result_url: `${state.origin}/v1/requests/${job.id}/result`,
  };
}

/** The status word of a job: the service says of one that failed, too, that it is completed. */
export function writeState(job: QueuedJob): string {
  return job.state === "succeeded" || job.state === "failed" ? "completed" : job.state;
}

/** The response to a result request. */
export function respondResult(state: ServiceState, job: QueuedJob, request: ServiceRequest): ServiceResponse {
  const { wireFormat } = state;
  const isRunning = job.state === "in_queue" || job.state === "in_progress";
  if (isRunning && wireFormat.tooEarly === 400) {
    return respondError({ status: 400, code: 400005, message: "The result is not ready." }, wireFormat);
  }
  const withCost = request.query.get("include_cost") === "true" && !isRunning;
  return respondJson({
    request_id: job.id,
    status: job.state === "succeeded" ? wireFormat.success : job.state,
    ...writeEnd(state, job),
    created_at: formatDate(job.at, wireFormat),
    finished_at: job.finishedAt === undefined ? null : formatDate(job.finishedAt, wireFormat),
    ...(withCost && { cost: job.charged ? job.costUsd : 0 }),
  });
}

function writeEnd({ media, origin }: ServiceState, job: QueuedJob): JsonObject {
  if (job.outcome === undefined) return {};
  if (job.outcome !== "succeeded") return { ...job.outcome };
  const { kind, count } = planFiles(job.offer, job.input);
  const { extension } = media[kind];
  const urls = Array.from({ length: count }, (_, file) => `${origin}/media/${job.id}/${file}.${extension}`);
  return { output: writeOutput(job.offer, kind, urls) };
}
