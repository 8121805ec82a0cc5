import { sendPaid } from "#paid-transport";
import type { JobRef } from "../errors/error-fields.js";
import { requestJob } from "../job/job-requests.js";
import { jobLagMs } from "../job/wait.js";
import type { ConnectionError, HttpError, ResponseError } from "../errors/errors.js";
import type { SubmitOptions } from "../options/client-options.js";
import type { Settings } from "../options/settings.js";
import { classify } from "../protocol/classify.js";
import type { Reply } from "../protocol/exchange.js";
import { modelPath } from "../protocol/paths.js";
import { replyError } from "../protocol/reply-error.js";
import { shorten } from "../protocol/text.js";
import { retryDelay } from "../time/back-off.js";
import { isPassing, outcomeOf } from "../wire/requests.js";
import type { Answer, Requests, Send } from "../wire/requests.js";
import { neverLeftError, unknownError } from "./submit-errors.js";
import type { Attempt } from "./submit-errors.js";

/** One paid call. The body is JSON already, so that later changes to the input do not matter. */
export interface Submission extends Pick<SubmitOptions, "onSend" | "onRefused"> {
  readonly modelId: string;
  readonly json: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** A job that was accepted, and how long the service wants no request about it. */
export interface Accepted {
  readonly id: string;
  readonly retryAfterMs: number | undefined;
}

/** The error of an attempt that certainly started nothing. */
type Refusal = ConnectionError | HttpError | ResponseError;

/**
 * Sends the paid POST and gives the job. It is sent again only when it provably never left, or when the answer proves that
 * nothing was enqueued; what is unclear rejects with a SubmitUnknownError.
 */
export async function submit(requests: Requests, submission: Submission): Promise<Accepted> {
  const { settings, tokens, limiter } = requests;
  const { clock } = settings;
  const { signal, timeoutMs } = submission;
  const startedAt = clock.now();
  let token = await tokens.get(signal);
  let isTokenNew = false;
  let isRepeated = false;
  for (let number = 1, failures = 0; ; number++) {
    if (limiter.isSlow()) await limiter.acquireWithin(startedAt + timeoutMs - clock.now(), signal);
    const sentAt = clock.now();
    const attempt = await sendAttempt(requests, submission, { number, token, isRepeated });
    const settled = await settleAttempt(requests, attempt);
    if (!(settled instanceof Error)) return settled;
    const error = settled;
    const { reply, outcome } = attempt;
    const other: string | undefined =
      outcome.repeat === "with new token" && !isTokenNew ? await tokens.replace(token, signal) : undefined;
    const waitMs = other === undefined ? waitOf(requests, attempt, ++failures) : 0;
    const patienceMs = reply.status > 0 ? timeoutMs : Math.min(timeoutMs, settings.submitTimeoutMs);
    const isOver =
      waitMs === undefined ||
      clock.now() + waitMs > startedAt + patienceMs ||
      !(other !== undefined || reply.status === 429 || limiter.takeRetry());
    await submission.onRefused?.({ attempt: number, error, ...(!isOver && { retryInMs: waitMs }) });
    if (isOver) throw error;
    settings.log(
      "warn",
      `${error.message} Attempt ${number + 1} follows in ${(waitMs / 1000).toFixed(1)} s.`,
    );
    if (other !== undefined) [token, isTokenNew] = [other, true];
    else if (reply.status === 429) limiter.slowDown(sentAt, waitMs);
    else await clock.sleep(waitMs, signal);
    isRepeated ||= reply.status === 503;
  }
}

/** The wait before another attempt; undefined where none may be made. */
function waitOf({ settings }: Requests, { reply, outcome }: Attempt, failures: number): number | undefined {
  if (outcome.repeat !== "after interval" && outcome.repeat !== "after Retry-After") return undefined;
  return reply.retryAfterMs || retryDelay(failures, settings.random);
}

/** One POST on the wire at most. Rejects with the signal's reason, or with what `onSend` threw, where nothing was sent. */
async function sendAttempt(
  requests: Requests,
  { modelId, json, signal, onSend }: Submission,
  { number, token, isRepeated }: { number: number; token: string; isRepeated: boolean },
): Promise<Attempt> {
  let thrown: { readonly error: unknown } | undefined;
  const send: Send = (api, init) => api.POST(modelPath(modelId), { ...init, body: json as never });
  const plan = {
    call: "submit",
    send,
    signal,
    timeoutMs: requests.settings.submitTimeoutMs,
    model: modelId,
    attempt: number,
    transport: sendPaid,
    json,
    onSend:
      onSend &&
      (async () => {
        try {
          await onSend({ model: modelId, attempt: number });
        } catch (error) {
          thrown = { error };
          throw error;
        }
      }),
  } as const;
  const reply = await requests.exchange(plan, token);
  if (reply.phase === "connecting") {
    signal.throwIfAborted();
    if (thrown) throw thrown.error;
  }
  return { modelId, reply, outcome: classify(reply, { call: "submit", isRepeated }), signal };
}

/**
 * The job of an attempt, where its answer accepted one or names one that exists; the error of one that certainly started nothing.
 * Rejects with a SubmitUnknownError where a job may have been started.
 */
async function settleAttempt(requests: Requests, attempt: Attempt): Promise<Accepted | Refusal> {
  const { settings, limiter, tokens } = requests;
  const { modelId, reply, outcome, signal } = attempt;
  const { id } = outcome;
  if (outcome.charged === "yes" && id !== undefined) {
    limiter.recover();
    noteAddresses(settings, id, reply);
    return { id, retryAfterMs: reply.retryAfterMs };
  }
  const job = id === undefined ? undefined : { id, model: modelId };
  if (!job || !outcome.isEvidence) {
    if (outcome.charged === "no") return refusalOf(attempt, tokens.scrub);
    throw unknownError(attempt, tokens.scrub, job);
  }
  try {
    const answer = await recoverJob(requests, job, reply, signal);
    settings.log(
      "warn",
      `The answer to ${reply.request} was no acceptance; job ${id}, which it named, exists.`,
    );
    return { id: job.id, retryAfterMs: answer.retryAfterMs };
  } catch (error) {
    // A refusal stays one where there is certainly no such job. A 429 or a 503 that names a job is never repeated.
    const isRefusal =
      outcome.charged === "no" && !["after interval", "after Retry-After"].includes(outcome.repeat);
    if (isRefusal && outcomeOf(error) && !isPassing(error)) return refusalOf(attempt, tokens.scrub, job);
    throw unknownError(attempt, tokens.scrub, job);
  }
}

/** Asks for a job that an answer names beside an error, or that a damaged answer names. */
async function recoverJob(
  requests: Requests,
  job: JobRef,
  reply: Reply,
  signal: AbortSignal,
): Promise<Answer> {
  const { clock, random } = requests.settings;
  const known = { ref: job, createdAt: 0, isSubmitted: false };
  signal.throwIfAborted();
  // A damaged answer proves nothing by itself: the service must know the job at once.
  const until = clock.now() + (reply.phase === "answered" && reply.body ? jobLagMs : 0);
  for (let failures = 1; ; failures++) {
    try {
      return await requestJob("status", requests, known, signal, { send: requests.ask });
    } catch (error) {
      const waitMs = retryDelay(failures, random);
      if (outcomeOf(error)?.kind !== "missing" || clock.now() + waitMs > until) throw error;
      await clock.sleep(waitMs, signal);
    }
  }
}

/** The error of an attempt that certainly started nothing. */
function refusalOf(attempt: Attempt, scrub: (text: string) => string, job?: JobRef): Refusal {
  return attempt.reply.phase === "connecting"
    ? neverLeftError(attempt, scrub)
    : replyError(attempt.reply, job);
}

/** Addresses in answers are data: they are compared, never used. */
function noteAddresses(settings: Settings, id: string, { body }: Reply): void {
  for (const call of ["status", "result", "cancel"]) {
    const given = body?.[`${call}_url`];
    const own = `${settings.baseUrl}/v1/requests/${id}/${call}`;
    // Only a string becomes text for sure, and nothing may fail once the job is paid.
    const shown = typeof given === "string" ? shorten(given) : typeof given;
    if (given !== own) settings.log("info", `${call}_url is ${shown}; ${own} is used instead.`);
  }
}
