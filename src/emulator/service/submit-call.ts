import { splitPointer } from "../../errors/issue.js";
import { check } from "../../input/check.js";
import type { Json } from "../../input/model.js";
import type { QueuedJob } from "../jobs/emulated-job.js";
import { computeCost } from "../jobs/emulator-model.js";
import type { EmulatorModel } from "../jobs/emulator-model.js";
import { inspectMedia } from "../jobs/received-media.js";
import { writeJobAddresses } from "./job-calls.js";
import { respondError, respondJson } from "./service-response.js";
import type { ServiceRequest, ServiceResponse } from "./service-response.js";
import type { ServiceState } from "./service-state.js";
import type { Refusal } from "./wire-format.js";

/** Accepts a job, charges it and names it, or refuses it. */
export function respondSubmit(
  state: ServiceState,
  model: EmulatorModel,
  account: string,
  request: ServiceRequest,
): ServiceResponse {
  const { wireFormat } = state;
  const input = readInput(state, model, request);
  if ("refusal" in input) return respondError(input.refusal, wireFormat);
  const { media, problems } = inspectMedia(model.input, input.value, state.imageSize);
  if (state.checksInputs && problems.length > 0)
    return respondError(refuseInput(state, problems), wireFormat);
  const cost = computeCost(model, input.value, state.priceUsd);
  const balance = state.balances.get(account)!;
  if (cost > balance) {
    const message = `The balance is too low: this job costs $${cost / 1_000_000}.`;
    return respondError({ status: wireFormat.lowBalance, code: 400002, message }, wireFormat);
  }
  const job = createJob(state, model, { input: input.value, media }, account, cost);
  state.queue.add(job);
  // The charge comes last: a callback of the options that throws before it costs nothing.
  state.balances.set(account, balance - cost);
  const cancel_url = `${state.origin}/v1/requests/${job.id}/cancel`;
  const body = { request_id: job.id, ...writeJobAddresses(state, job), cancel_url };
  return { ...respondJson(body, wireFormat.accepted), media };
}

function createJob(
  state: ServiceState,
  offer: EmulatorModel,
  given: Pick<QueuedJob, "input" | "media">,
  account: string,
  costMicrodollars: number,
): QueuedJob {
  return {
    id: state.createJobId(),
    model: offer.id,
    ...given,
    at: state.clock.date(),
    state: "in_queue",
    charged: true,
    costUsd: costMicrodollars / 1_000_000,
    costMicrodollars,
    offer,
    account,
    readyAt: 0,
  };
}

function readInput(
  state: ServiceState,
  model: EmulatorModel,
  request: ServiceRequest,
): { value: QueuedJob["input"] } | { refusal: Refusal } {
  if (!/^application\/json *(;|$)/i.test(String(request.headers["content-type"] ?? ""))) {
    return { refusal: { status: 400, code: 400001, message: "Content-Type must be application/json." } };
  }
  let value: Json;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(request.body)) as Json;
  } catch {
    return { refusal: { status: 400, code: 400001, message: "The body is not JSON." } };
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return { refusal: refuseInput(state, [{ path: "", message: "the body must be a JSON object" }]) };
  }
  const issues = state.checksInputs ? check(model.input, value) : [];
  return issues.length > 0
    ? { refusal: refuseInput(state, issues) }
    : { value: value as { [name: string]: Json } };
}

function refuseInput(state: ServiceState, issues: readonly { path: string; message: string }[]): Refusal {
  const { badInput } = state.wireFormat;
  const detail = issues.map((issue) => ({
    loc: ["body", ...splitPointer(issue.path)],
    msg: issue.message,
    type: "value_error",
  }));
  return {
    status: badInput,
    code: 422001,
    message: issues.map((issue) => `${issue.path || "input"}: ${issue.message}`).join("; "),
    ...(badInput === 422 && { detail }),
  };
}
