import { isRequestId } from "../protocol/paths.js";
import { readCode, readError, shorten, statusOf } from "../protocol/answer.js";
import type { Answer, Body } from "../protocol/answer.js";
import { ConnectionError, SubmitUnknownError } from "../errors/errors.js";
import type { RunComfyError } from "../errors/errors.js";
import { causeOf, explain, hasBadCertificate } from "../wire/requests.js";
import { findId, hasRivals } from "../protocol/json-text.js";

/** A job that was accepted, and how long the service wants no look at it. */
export interface Accepted {
  readonly id: string;
  readonly retryAfterMs?: number | undefined;
}

/** What became of one attempt: the job; or an error, and where a wait is given, leave to try again after it (0: after the usual gap). */
export type Verdict =
  | (Accepted & { readonly body: Body })
  | {
      readonly error: RunComfyError;
      readonly retryAfterMs?: number | undefined;
      readonly found?: string | undefined;
    };

/** What a paid request was and how far it came. */
export interface Sent {
  readonly modelId: string;
  readonly answer: Answer;
  /** Whether a 503 was already answered with another attempt. */
  readonly retried: boolean;
}

/** Refusals that mean "not enqueued". */
const refusals = [400, 401, 402, 403, 404, 405, 413, 415, 422];

function isGood(status: number): boolean {
  return status >= 200 && status < 300;
}

/** A whole answer: accepted, refused, or unclear. */
export function judgeAnswer(sent: Sent): Verdict {
  const { status, html, text } = sent.answer;
  const body = html ? undefined : sent.answer.body;
  const code = readCode(body, status);
  const id = body?.["request_id"];
  if (isGood(status) && body && code === undefined && isRequestId(id) && !hasRivals(text))
    return { id, body, retryAfterMs: sent.answer.retryAfterMs };
  const error = readError(sent.answer) as RunComfyError & { readonly retryAfterMs?: number };
  // Its cause must not say "try again": that is the one thing not to do.
  const unclear = () => judgeUnclear(sent, readError(sent.answer, undefined, false));
  if (html) return unclear();
  if (isGood(status)) return Math.floor(statusOf(code, 500) / 100) === 4 ? { error } : unclear();
  if (refusals.includes(status)) return { error };
  const { retryAfterMs } = error;
  if (status === 429) return { error, retryAfterMs: retryAfterMs ?? 0 };
  const unhandled = status === 503 && body && retryAfterMs !== undefined && !sent.retried;
  return unhandled ? { error, retryAfterMs } : unclear();
}

/** No whole answer: the request never left, or nobody knows. */
export function judgeFailure(sent: Sent, scrub: (text: string) => string): Verdict {
  const { phase, failure, call } = sent.answer;
  const why = explain(failure, scrub);
  const cause = causeOf(failure, why);
  if (phase !== "connecting") return judgeUnclear(sent, cause, why);
  // A fault of the program or of the platform stays one, however often it is tried.
  const lasting =
    failure instanceof TypeError || failure instanceof ReferenceError || hasBadCertificate(failure);
  const next = lasting ? "Mend that first." : "Try again later.";
  const error = new ConnectionError(`${call} was not sent: ${why}. Nothing was paid. ${next}`, { cause });
  return lasting ? { error } : { error, retryAfterMs: 0 };
}

/** Never sent again. An id that came whole in a damaged answer is handed on, to be asked for. */
export function judgeUnclear(sent: Sent, failure?: unknown, why?: string, id?: string): Verdict {
  const { modelId, answer } = sent;
  const { call, phase, status, text } = answer;
  const happened =
    why === undefined ? `answered ${status || "with a redirect"}` : `got no whole answer (${phase}: ${why})`;
  const message =
    `${call} ${happened}: a job may have been started and billed. It was not sent again. ` +
    (id ? `The answer named job ${id}: try client.job(error.job). ` : "") +
    `Look at Generations on runcomfy.com before you send it again.`;
  const error = new SubmitUnknownError(message, {
    phase,
    modelId,
    cause: failure,
    status: status || undefined,
    body: shorten(text) || undefined,
    job: id ? { id, model: modelId } : undefined,
  });
  return { error, found: isGood(status) ? findId(text) : undefined };
}
