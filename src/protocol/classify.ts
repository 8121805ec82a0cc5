import type { JobRef } from "../errors/error-fields.js";
import type { Call, Reply } from "./exchange.js";
import { readRequestIds } from "./json-text.js";
import { isFinal, readState } from "./status.js";

/** The circumstances of a request that count beside its response. */
export interface About {
  readonly call: Call;
  /** The job that the request is about. */
  readonly job?: JobRef | undefined;
  /** True once the request was repeated after a 503. */
  readonly isRepeated?: boolean | undefined;
}

/** The meaning of a response. */
export interface Outcome {
  /** The row of the table. */
  readonly kind: (typeof submitRows | typeof freeRows)[number]["kind"];
  /** A job was started and is billed; only a submit starts one. */
  readonly charged: "no" | "unknown" | "yes";
  readonly repeat: "never" | "after interval" | "after Retry-After" | "with new token";
  /** The only job that the response to a submit names. Where no job is charged for certain, that one is asked for first. */
  readonly id: string | undefined;
}

/** Tells whether a row is about a reply; `id` is the only job that it names. */
type Fits = (reply: Reply, about: About, id: string | undefined) => unknown;

/** Responses to the paid request; the first row that fits decides. The table in docs/faults.md is compared with it. */
export const submitRows = [
  row("never_left_lasting", "never", (x) => x.isUnsent && x.isLasting),
  row("never_left", "after interval", (x) => x.isUnsent),
  row("cut", "never", (x) => !x.isWhole, "unknown"),
  row("page", "never", (x) => x.isHtml, "unknown"),
  row("accepted", "never", isAcceptance, "yes"),
  row("token_refused", "with new token", (x) => asksForToken(x) && isRefusal(x)),
  row("refused", "never", isRefusal),
  row("too_many_requests", "after Retry-After", (x) => x.status === 429),
  row("not_handled", "after Retry-After", isNotHandled),
  row("unclear", "never", () => true, "unknown"),
] as const;

/** Responses to all other requests, which cost nothing; the first row that fits decides. */
export const freeRows = [
  row("too_long", "never", isOwnButTooLong),
  row("no_answer_lasting", "never", (x) => x.isLasting),
  row("no_answer", "after interval", (x) => !x.isWhole),
  row("answered", "never", isAnswer),
  row("not_ready", "after interval", (x, { call }) => call === "result" && isNotReady(x)),
  row("token_refused", "with new token", asksForToken),
  row("missing", "never", (x) => x.meaning === 404 && !x.isHtml),
  row("too_many_requests", "after Retry-After", (x) => x.meaning === 429),
  row("refused", "never", (x) => isLastingRefusal(x.meaning)),
  row("fault", "after interval", () => true),
] as const;

/** Decides what a response means, whether it was paid for, and whether the request may be repeated. Nobody else decides that. */
export function classify(reply: Reply, about: About): Outcome {
  const isSubmit = about.call === "submit";
  const ids = readRequestIds(isSubmit ? reply.text : "");
  // Two different job ids count as none: a JSON parser would take the last one, and nobody knows which one is right.
  const id = ids.length === 1 ? ids[0] : undefined;
  const rows = isSubmit ? submitRows : freeRows;
  const { kind, charged, repeat } = rows.find(({ fits }) => fits(reply, about, id))!;
  return { kind, charged, repeat, id };
}

function row<const Kind extends string>(
  kind: Kind,
  repeat: Outcome["repeat"],
  fits: Fits,
  charged: Outcome["charged"] = "no",
) {
  return { kind, charged, repeat, fits };
}

function isAcceptance({ isOk, body, errorCode }: Reply, _about: About, id: string | undefined): boolean {
  return isOk && errorCode === undefined && id !== undefined && body?.["request_id"] === id;
}

/** A good answer is about the job that was asked for, and has a status where that was the question. */
function isAnswer(reply: Reply, { call, job }: About): boolean {
  const { isOk, body, errorCode } = reply;
  if (!isOk || !body) return false;
  if (!job) return errorCode === undefined;
  const { request_id: id, status } = body;
  if ((id ?? job.id) !== job.id || (call === "status" && typeof status !== "string")) return false;
  if (errorCode === undefined) return true;
  // The service may call an answer an error only because it tells the job's end, with the reason why it failed.
  return id === job.id && !isNotReady(reply) && isFinal(readState(status));
}

/** The service's own code for a result that is asked for before the job has ended. */
function isNotReady({ errorCode }: Reply): boolean {
  return Number(errorCode) === 400005;
}

/**
 * Tells whether a response that is too long is about the job that was asked for. Another one may come from a proxy, and the next
 * one may be fine.
 */
function isOwnButTooLong({ isTooLong, text }: Reply, { job }: About): boolean {
  return isTooLong && (!job || text.includes(`"${job.id}"`));
}

function asksForToken({ meaning, status }: Reply): boolean {
  return (meaning === 401 || meaning === 403) && status !== 403;
}

/** Refusals of a submit that mean "not enqueued". In a 2xx some codes leave that open, as the same HTTP status would. */
function isRefusal({ isOk, meaning, status }: Reply): boolean {
  if (isOk) return isClientError(meaning, [408, 409, 425]);
  return [400, 401, 402, 403, 404, 405, 413, 415, 422].includes(status);
}

/** RFC 9110 allows to repeat after a 503 with Retry-After; once, and only where the service itself wrote the answer. */
function isNotHandled({ status, body, retryAfterMs }: Reply, { isRepeated }: About): boolean | undefined {
  return status === 503 && body && retryAfterMs !== undefined && !isRepeated;
}

/** Tells whether a request that was refused with this meaning is refused again, however often it is made. */
export function isLastingRefusal(meaning: number): boolean {
  return isClientError(meaning, [408, 425, 429]);
}

function isClientError(meaning: number, exceptions: readonly number[]): boolean {
  return meaning >= 400 && meaning < 500 && !exceptions.includes(meaning);
}
