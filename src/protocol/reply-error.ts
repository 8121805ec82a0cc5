import type { JobRef } from "../errors/error-fields.js";
import {
  AuthError,
  ConnectionError,
  HttpError,
  InsufficientBalanceError,
  NotFoundError,
  ResponseError,
  SubmitUnknownError,
} from "../errors/errors.js";
import { isLastingRefusal } from "./classify.js";
import { parseUrl } from "../input/parse-url.js";
import type { Reply } from "./exchange.js";
import { isLocalHost } from "./paths.js";
import { describeFailure, shorten } from "./text.js";

/** The error classes of refusals that have a class of their own, each with the advice of its message. */
const refusals: { readonly [meaning: number]: readonly [Kind: typeof HttpError, advice: string] } = {
  401: [AuthError, "Check the token: making a new one revokes the old."],
  402: [InsufficientBalanceError, "Top up the balance."],
  403: [AuthError, "The token is not allowed to do this."],
  404: [NotFoundError, "It does not exist, was deleted or expired."],
};

/** Makes the error for a reply that certainly started no job. Without `advises` the message says nothing about what to do next. */
export function replyError(
  reply: Reply,
  job?: JobRef,
  advises = true,
): ConnectionError | HttpError | ResponseError {
  const { request, status, retryAfterMs, errorCode, meaning, cause } = reply;
  const fields = { status, body: shorten(reply.text), retryAfterMs, job };
  if (reply.isTooLong) return new ResponseError(`${request}: ${cause!.message}.`, fields);
  if (cause) return new ConnectionError(describeLoss(reply, cause), { job, retryAfterMs, cause });
  const answered = `${request} answered ${status}`;
  if (status < 300 && errorCode === undefined)
    return new ResponseError(describeMismatch(reply, answered, job), fields);
  const usual = isLastingRefusal(meaning) ? "Correct the request." : "Try again later.";
  const [Kind, advice] = refusals[meaning] ?? [HttpError, usual];
  const code = errorCode === undefined ? "" : ` (${errorCode})`;
  const said = describeFailure(reply.body).replace(/\.$/, "");
  const wait = retryAfterMs === undefined ? "" : ` It asks to wait ${Math.ceil(retryAfterMs / 1000)} s.`;
  const next = advises ? ` ${advice}` : "";
  return new Kind(`${answered}${code}${said && `: ${said}`}.${wait}${next}`, { ...fields, errorCode });
}

function describeMismatch({ body }: Reply, answered: string, job: JobRef | undefined): string {
  if (!body || !job) return `${answered} with something that is not the expected JSON.`;
  return (body["request_id"] ?? job.id) === job.id
    ? `The service did not say how job ${job.id} stands.`
    : `The service answered about another job than ${job.id}.`;
}

function describeLoss({ request, isUnsent, isLasting }: Reply, { message }: Error): string {
  // A refused connection to this machine is most often an emulator that does not run.
  const isLocal = isLocalHost(parseUrl(request.replace(/^\w+ /, ""))?.hostname ?? "");
  const hint =
    isLocal && message.includes("ECONNREFUSED")
      ? ' Is the emulator running? Start it with "npx runcomfy-models emulate".'
      : "";
  return (
    `${request} ${isUnsent ? "was not sent" : "got no answer"}: ${message}.${hint} ` +
    `Nothing was paid${isUnsent ? "" : " for it"}. ${isLasting ? "Fix that first." : "Try again later."}`
  );
}

/** The error of a good answer that lacks what was asked for. */
export function misunderstood({ request, text }: Reply, missing: string): ResponseError {
  return new ResponseError(`${request.replace(/\?.*/, "")} gave no ${missing}. Try again later.`, {
    body: shorten(text),
  });
}

const unknownAdvice = "Check Generations on runcomfy.com before you send it again.";

/** The message of an error about a paid request, for callers who say themselves what a person should do. */
export function withoutAdvice(message: string): string {
  return message.replace(` ${unknownAdvice}`, "");
}

/** The error of a paid request that may have started a job, with the job that its answer named. `signal` is the call's. */
export function unknownError(
  reply: Reply,
  modelId: string,
  signal: AbortSignal | undefined,
  job?: JobRef,
): SubmitUnknownError {
  const { request, phase, status, text, cause } = reply;
  const { aborted = false, reason } = signal ?? {};
  const happened = cause
    ? `got no whole answer (${phase}: ${aborted ? "aborted" : cause.message})`
    : `answered ${status || "with a redirect"}`;
  const message =
    `${request} ${happened}: a job may have been started and billed. It was not sent again. ` +
    (job ? `The answer named job ${job.id}: try client.job(error.job). ` : "") +
    unknownAdvice;
  return new SubmitUnknownError(message, {
    phase,
    modelId,
    // The cause is built without advice: it would say "try again", which would pay twice.
    cause: aborted ? reason : (cause ?? replyError(reply, undefined, false)),
    status: status || undefined,
    body: shorten(text) || undefined,
    job,
  });
}
