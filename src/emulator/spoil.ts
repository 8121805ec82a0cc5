import type { Json } from "../input/model.js";
import type { Answer } from "./answer.js";
import { answerJson, answerRefusal } from "./answer.js";
import type { Fault } from "./fault.js";
import type { World } from "./world.js";

/** Whether a spoilt call has its effect all the same; see {@link Fault.processed}. */
export function isProcessed(fault: Fault): boolean {
  if (fault.reset === "head" || fault.reset === "before") return false;
  return (
    fault.processed ?? !((fault.status ?? 200) >= 300 || fault.redirect !== undefined || fault.html === true)
  );
}

/** What a fault makes of an answer; undefined stands for a call that was not processed. */
export function spoilAnswer(
  world: World,
  answer: Answer | undefined,
  fault: Fault,
  requestId: string | undefined,
): Answer {
  const base = replaceAnswer(world, answer, fault);
  const changes = changesOf(world, base, fault, requestId);
  const headers = {
    ...base.headers,
    ...(fault.retryAfter !== undefined && { "retry-after": String(fault.retryAfter) }),
  };
  if (!base.json) return { ...base, headers };
  const kept = Object.entries({ ...base.json, ...changes }).filter(([key]) => !fault.omit?.includes(key));
  return { ...base, headers, json: Object.fromEntries(kept) };
}

const page =
  "<!doctype html>\n<html><head><title>One moment</title></head><body><h1>One moment</h1></body></html>\n";

function replaceAnswer(world: World, answer: Answer | undefined, fault: Fault): Answer {
  const status = fault.status ?? (fault.redirect === undefined ? 200 : 302);
  if (fault.redirect !== undefined)
    return { status, headers: { location: fault.redirect }, bytes: new Uint8Array() };
  if (fault.html) return { status, headers: { "content-type": "text/html" }, bytes: Buffer.from(page) };
  if (fault.body !== undefined) return replaceBody(answer, fault.status ?? answer?.status ?? 200, fault.body);
  if (answer && status < 300) return { ...answer, status: fault.status ?? answer.status };
  if (status >= 300) {
    const refusal = {
      status,
      code: codes.get(status) ?? status * 1_000 + 1,
      message: "This is a fault that was asked for.",
    };
    return answerRefusal(refusal, world.spelling);
  }
  return answer ?? answerJson({}, status);
}

function replaceBody(answer: Answer | undefined, status: number, body: Json): Answer {
  const type = answer?.headers["content-type"] ?? "application/json";
  const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  const isObject = body !== null && typeof body === "object" && !Array.isArray(body);
  if (isObject) return answerJson(body as { [key: string]: Json }, status);
  return { status, headers: { "content-type": type }, bytes };
}

/** Where the service's code is not simply the status and 001. */
const codes: ReadonlyMap<number, number> = new Map([
  [401, 400004],
  [402, 400002],
]);

function changesOf(
  world: World,
  answer: Answer,
  fault: Fault,
  requestId: string | undefined,
): { readonly [key: string]: Json } {
  const about = requestId ?? answer.json?.["request_id"];
  const other = world.queue.all().find((job) => job.id !== about)?.id ?? "another-job";
  return {
    ...(fault.state !== undefined && { status: fault.state }),
    ...(fault.otherJob && { request_id: other }),
    ...fault.patch,
  };
}
