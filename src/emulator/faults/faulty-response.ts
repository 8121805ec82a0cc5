import type { Json } from "../../input/model.js";
import { respondError, respondJson } from "../service/service-response.js";
import type { ServiceResponse } from "../service/service-response.js";
import type { ServiceState } from "../service/service-state.js";
import type { Fault } from "./fault.js";
import { isObject } from "../../input/json-value.js";

/** True if the request has its effect in spite of the fault; see {@link Fault.processed}. */
export function isProcessed(fault: Fault): boolean {
  if (fault.reset === "head" || fault.reset === "before") return false;
  return (
    fault.processed ?? !((fault.status ?? 200) >= 300 || fault.redirect !== undefined || fault.html === true)
  );
}

/** Applies a fault to a response. `response` is undefined if the request was not processed. */
export function applyFault(
  state: ServiceState,
  response: ServiceResponse | undefined,
  fault: Fault,
  requestId: string | undefined,
): ServiceResponse {
  const base = replaceResponse(state, response, fault);
  const headers = {
    ...base.headers,
    ...(fault.retryAfter !== undefined && { "retry-after": String(fault.retryAfter) }),
  };
  if (!base.json) return { ...base, headers };
  const json = { ...base.json, ...changeFields(state, base, fault, requestId) };
  const kept = Object.entries(json).filter(([key]) => !fault.omit?.includes(key));
  return { ...base, headers, json: Object.fromEntries(kept) };
}

const page =
  "<!doctype html>\n<html><head><title>One moment</title></head><body><h1>One moment</h1></body></html>\n";

function replaceResponse(
  state: ServiceState,
  response: ServiceResponse | undefined,
  fault: Fault,
): ServiceResponse {
  const status = fault.status ?? (fault.redirect === undefined ? 200 : 302);
  if (fault.redirect !== undefined)
    return { status, headers: { location: fault.redirect }, bytes: new Uint8Array() };
  if (fault.html) return { status, headers: { "content-type": "text/html" }, bytes: Buffer.from(page) };
  if (fault.body !== undefined)
    return replaceBody(response, fault.status ?? response?.status ?? 200, fault.body);
  if (response && status < 300) return { ...response, status: fault.status ?? response.status };
  if (status < 300) return response ?? respondJson({}, status);
  const code = unusualCodes.get(status) ?? status * 1_000 + 1;
  return respondError({ status, code, message: "This is a fault that was asked for." }, state.wireFormat);
}

function replaceBody(response: ServiceResponse | undefined, status: number, body: Json): ServiceResponse {
  const type = response?.headers["content-type"] ?? "application/json";
  const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  if (isObject(body)) return respondJson(body, status);
  return { status, headers: { "content-type": type }, bytes };
}

/** The error codes of the service that are not the status followed by 001. */
const unusualCodes: ReadonlyMap<number, number> = new Map([
  [401, 400004],
  [402, 400002],
]);

function changeFields(
  state: ServiceState,
  response: ServiceResponse,
  fault: Fault,
  requestId: string | undefined,
): { readonly [key: string]: Json } {
  const ownId = requestId ?? response.json?.["request_id"];
  const otherId = state.queue.all().find((job) => job.id !== ownId)?.id ?? "another-job";
  return {
    ...(fault.state !== undefined && { status: fault.state }),
    ...(fault.otherJob && { request_id: otherId }),
    ...fault.patch,
  };
}
