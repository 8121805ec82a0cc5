import type { JobRef } from "../errors/error-fields.js";
import { ConnectionError, SubmitUnknownError } from "../errors/errors.js";
import type { Outcome } from "../protocol/classify.js";
import type { Reply } from "../protocol/exchange.js";
import { causeOf, explain, hintFor, replyError } from "../protocol/reply-error.js";
import { shorten } from "../protocol/text.js";

/** One attempt of a paid request, and its outcome. */
export interface Attempt {
  readonly modelId: string;
  readonly reply: Reply;
  readonly outcome: Outcome;
  /** The signal of the call. */
  readonly signal: AbortSignal;
}

/** The error of a paid request that never left. */
export function neverLeftError(
  { reply, outcome }: Attempt,
  scrub: (text: string) => string,
): ConnectionError {
  const { request, failure } = reply;
  const why = explain(failure, scrub);
  const next = outcome.repeat === "never" ? "Fix that first." : "Try again later.";
  return new ConnectionError(
    `${request} was not sent: ${why}.${hintFor(failure, request)} Nothing was paid. ${next}`,
    { cause: causeOf(failure, why) },
  );
}

/** The error of a paid request that may have started a job, with the job that its answer named. */
export function unknownError(
  { modelId, reply, signal }: Attempt,
  scrub: (text: string) => string,
  job?: JobRef,
): SubmitUnknownError {
  const { request, phase, status, text, failure } = reply;
  const isWhole = phase === "answered";
  const why = signal.aborted ? "aborted" : explain(failure, scrub);
  const happened = isWhole
    ? `answered ${status || "with a redirect"}`
    : `got no whole answer (${phase}: ${why})`;
  const message =
    `${request} ${happened}: a job may have been started and billed. It was not sent again. ` +
    (job ? `The answer named job ${job.id}: try client.job(error.job). ` : "") +
    `Check Generations on runcomfy.com before you send it again.`;
  // The cause is built without advice: it would say "try again", which would pay twice.
  const cause = isWhole ? replyError(reply, undefined, false) : causeOf(failure, why);
  return new SubmitUnknownError(message, {
    phase,
    modelId,
    cause: signal.aborted ? signal.reason : cause,
    status: status || undefined,
    body: shorten(text) || undefined,
    job,
  });
}
