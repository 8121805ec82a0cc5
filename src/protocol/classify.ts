import type { Body, Call, Reply } from "./exchange.js";
import { readEvidence } from "./json-text.js";
import { isRequestId } from "./paths.js";

/** The circumstances of a request that count beside its response. */
export interface About {
  readonly call: Call;
  /** Tells whether the body of a 2xx is a good answer although it has an error code. */
  readonly acceptsErrorBody?: ((body: Body) => boolean) | undefined;
  /** Whether a 503 was already answered with a repetition. */
  readonly isRepeated?: boolean | undefined;
}

/** The meaning of a response. */
export interface Outcome {
  /** The row of the table. */
  readonly kind: (typeof submitRows | typeof freeRows)[number]["kind"];
  /** Whether a job was started and is billed; only a submit starts one. */
  readonly charged: "no" | "unknown" | "yes";
  readonly repeat: "never" | "after interval" | "after Retry-After" | "with new token";
  /** The only job that the response to a submit names. */
  readonly id: string | undefined;
  /** Whether that job is to be asked for before the outcome counts: the response may be damaged, or name it beside a refusal. */
  readonly isEvidence: boolean;
}

/** The facts that the rows ask about. */
interface Facts extends Reply, About {
  readonly ids: readonly string[];
  readonly isWhole: boolean;
  /** Whether the status is a 2xx. */
  readonly isOk: boolean;
}

/** Refusals of a submit that mean "not enqueued". */
const refusals: readonly number[] = [400, 401, 402, 403, 404, 405, 413, 415, 422];

/** Error codes in a 2xx that leave open whether a job was enqueued, as the same HTTP status would. */
const unclearMeanings: readonly number[] = [408, 409, 425];

/** Statuses of a free request that may pass although they begin with a 4. */
const passingMeanings: readonly number[] = [408, 425, 429];

/** The code of a result that is not there yet. */
const tooEarly = 400005;

/** Responses to the paid request; the first row that fits decides. The table in docs/faults.md is compared with it. */
export const submitRows = [
  row("never_left_lasting", "no", "never", (x) => x.phase === "connecting" && isLasting(x.failure)),
  row("never_left", "no", "after interval", (x) => x.phase === "connecting"),
  row("accepted", "yes", "never", isAcceptance),
  row("cut", "unknown", "never", (x) => !x.isWhole),
  row("page", "unknown", "never", (x) => x.isHtml),
  row("token_refused", "no", "with new token", (x) => asksForToken(x) && (x.isOk || isRefusal(x))),
  row("refused_in_200", "no", "never", (x) => x.isOk && isRefusalCode(x)),
  row("refused", "no", "never", isRefusal),
  row("too_many_requests", "no", "after Retry-After", (x) => x.status === 429),
  row("not_handled", "no", "after Retry-After", isNotHandled),
  row("unclear", "unknown", "never", () => true),
] as const;

/** Responses to all other requests, which cost nothing; the first row that fits decides. */
export const freeRows = [
  row("too_long", "no", "never", (x) => x.isTooLong),
  row("no_answer_lasting", "no", "never", (x) => !x.isWhole && hasBadCertificate(x.failure)),
  row("no_answer", "no", "after interval", (x) => !x.isWhole),
  row("answered", "no", "never", isAnswer),
  row("not_ready", "no", "after interval", (x) => x.call === "result" && Number(x.errorCode) === tooEarly),
  row("not_understood", "no", "after interval", (x) => x.status < 300 && x.errorCode === undefined),
  row("token_refused", "no", "with new token", asksForToken),
  row("missing", "no", "never", (x) => x.meaning === 404 && !x.isHtml),
  row("too_many_requests", "no", "after Retry-After", (x) => x.meaning === 429),
  row("fault", "no", "after interval", (x) => !isLastingMeaning(x.meaning)),
  row("refused", "no", "never", () => true),
] as const;

/** Decides what a response means, whether it was paid for, and whether the request may be repeated. Nobody else decides that. */
export function classify(reply: Reply, about: About): Outcome {
  const isSubmit = about.call === "submit";
  const { ids, hasErrorCode } = isSubmit ? readEvidence(reply.text) : noEvidence;
  const { status, phase } = reply;
  const isOk = status >= 200 && status < 300;
  const facts = { ...reply, ...about, ids, isWhole: phase === "answered", isOk };
  const { kind, charged, repeat } = (isSubmit ? submitRows : freeRows).find(({ fits }) => fits(facts))!;
  const id = ids.length === 1 ? ids[0] : undefined;
  const isRefused = charged === "no" || status === 503;
  const isDamaged = charged === "unknown" && isOk && !hasErrorCode;
  return { kind, charged, repeat, id, isEvidence: id !== undefined && (isRefused || isDamaged) };
}

const noEvidence = { ids: [], hasErrorCode: false };

function row<const Kind extends string>(
  kind: Kind,
  charged: Outcome["charged"],
  repeat: Outcome["repeat"],
  fits: (facts: Facts) => boolean,
) {
  return { kind, charged, repeat, fits };
}

/** Whether a failed connection fails again, however often it is tried: a fault of the program, or a bad certificate. */
function isLasting(failure: unknown): boolean {
  return failure instanceof TypeError || failure instanceof ReferenceError || hasBadCertificate(failure);
}

const certificateWords = /CERT|SIGNATURE|_SSL_|_TLS_|EPROTO/;

/** Whether a connection failed for a certificate that another attempt does not change. */
export function hasBadCertificate(failure: unknown): boolean {
  try {
    const { code, cause } = Object(failure) as { code?: unknown; cause?: { code?: unknown } };
    return certificateWords.test(`${String(code)} ${String(cause?.code)}`);
  } catch {
    // A caller's fetch may reject with an object that throws when it is read.
    return false;
  }
}

/** Two different names of jobs make an answer unclear: a parser takes the last one, and nobody knows which is true. */
function isAcceptance({ isWhole, isOk, body, errorCode, ids }: Facts): boolean {
  const named = isRequestId(body?.["request_id"]);
  return isWhole && isOk && errorCode === undefined && named && ids.length < 2;
}

function isAnswer({ isOk, body, errorCode, acceptsErrorBody }: Facts): boolean {
  return isOk && body !== undefined && (errorCode === undefined || acceptsErrorBody?.(body) === true);
}

function asksForToken({ meaning, status }: Facts): boolean {
  return (meaning === 401 || meaning === 403) && status !== 403;
}

function isRefusal({ status }: Facts): boolean {
  return refusals.includes(status);
}

function isRefusalCode({ meaning }: Facts): boolean {
  return meaning >= 400 && meaning < 500 && !unclearMeanings.includes(meaning);
}

/** RFC 9110 allows to repeat after a 503 with Retry-After; once, and only where the service itself wrote the answer. */
function isNotHandled({ status, body, retryAfterMs, isRepeated }: Facts): boolean {
  return status === 503 && body !== undefined && retryAfterMs !== undefined && isRepeated !== true;
}

/** Whether a refusal stays one, however often the request is made. */
export function isLastingMeaning(meaning: number): boolean {
  return meaning >= 400 && meaning < 500 && !passingMeanings.includes(meaning);
}
