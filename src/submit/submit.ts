import { sendPaid } from "#paid-transport";
import type { JobRef } from "../errors/error-fields.js";
import { requestJob } from "../job/job-requests.js";
import { jobGraceMs } from "../job/not-found-grace.js";
import type { SubmitOptions } from "../options/client-options.js";
import type { Settings } from "../options/settings.js";
import { classify } from "../protocol/classify.js";
import type { Outcome } from "../protocol/classify.js";
import type { Reply } from "../protocol/exchange.js";
import { modelPath, requestPath } from "../protocol/paths.js";
import { replyError, unknownError } from "../protocol/reply-error.js";
import { shorten } from "../protocol/text.js";
import { retryDelay } from "../time/back-off.js";
import { pause, untilAbort } from "../time/scope.js";
import { isPassing, outcomeOf } from "../wire/requests.js";
import type { RequestPlan, Requests } from "../wire/requests.js";

/** One paid call. The body is JSON already, so that later changes to the input do not matter. */
export interface Submission extends Pick<SubmitOptions, "onSend" | "onRefused"> {
  readonly modelId: string;
  readonly json: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** A job that was accepted, and how long the service wants no request about it. */
export type Accepted = { readonly id: string } & Pick<Reply, "retryAfterMs">;

/**
 * Sends the paid POST and gives the job. It is sent again only when it provably never left, or when the answer proves that
 * nothing was enqueued; what is unclear rejects with a SubmitUnknownError. An abort before the first byte rejects in `sendOnce` with the
 * signal's reason, later in `unknownError`; once the job is accepted, the wait rejects with `abortedError` of `job/job-errors.ts`.
 */
export async function submit(requests: Requests, submission: Submission): Promise<Accepted> {
  const { settings, tokens, limiter } = requests;
  const { clock, log, random, submitTimeoutMs } = settings;
  const { signal, timeoutMs, onRefused } = submission;
  const startedAt = clock.now();
  let isTokenNew = false;
  let isRepeated = false;
  for (let attempt = 1, failures = 0; ; attempt++) {
    const token = await tokens.get(signal);
    if (limiter.isSlow()) await limiter.acquireWithin(startedAt + timeoutMs - clock.now(), signal);
    const sentAt = clock.now();
    const reply = await sendOnce(requests, submission, attempt, token);
    const { status, retryAfterMs } = reply;
    const outcome = classify(reply, { call: "submit", isRepeated });
    const settled = await settle(requests, submission, reply, outcome, startedAt + timeoutMs);
    if (!(settled instanceof Error)) return settled;
    const { repeat } = outcome;
    const isReplaced: boolean =
      repeat === "with new token" && !isTokenNew && (await tokens.replace(token, signal)) !== undefined;
    const mayWait = repeat.startsWith("after");
    const waitMs = mayWait ? retryAfterMs || retryDelay(++failures, random) : 0;
    // As long as nothing answers, a submit is tried for no longer than one request may take.
    const patienceMs = status > 0 ? timeoutMs : Math.min(timeoutMs, submitTimeoutMs);
    const isInTime = clock.now() + waitMs <= startedAt + patienceMs;
    const isOver = !isInTime || !(isReplaced || (mayWait && (status === 429 || limiter.takeRetry())));
    const refusal = { attempt, error: settled, ...(!isOver && { retryInMs: waitMs }) };
    // A hook that hangs must not outlast an abort.
    if (onRefused) await untilAbort(Promise.resolve(onRefused(refusal)), signal);
    if (isOver) throw settled;
    log("warn", `${settled.message} Attempt ${attempt + 1} follows in ${(waitMs / 1000).toFixed(1)} s.`);
    if (status === 429) limiter.slowDown(sentAt, waitMs);
    else if (!isReplaced) await pause(clock, waitMs, signal);
    isTokenNew ||= isReplaced;
    isRepeated ||= status === 503;
  }
}

/** One POST on the wire at most. Rejects with the signal's reason, or with what `onSend` threw, where nothing was sent. */
async function sendOnce(
  requests: Requests,
  { modelId, json, signal, onSend }: Submission,
  attempt: number,
  token: string,
): Promise<Reply> {
  let thrown: { readonly error: unknown } | undefined;
  const callOnSend = async () => {
    try {
      await onSend!({ model: modelId, attempt });
    } catch (error) {
      thrown = { error };
      throw error;
    }
  };
  const plan: RequestPlan = {
    call: "submit",
    send: (api, init) => api.POST(modelPath(modelId), { ...init, body: json as never }),
    signal,
    timeoutMs: requests.settings.submitTimeoutMs,
    model: modelId,
    attempt,
    transport: sendPaid,
    json,
    onSend: onSend && callOnSend,
  };
  const reply = await requests.exchange(plan, token);
  if (reply.isUnsent) {
    signal?.throwIfAborted();
    if (thrown) throw thrown.error;
  }
  return reply;
}

/**
 * The job of an attempt, where its answer accepted one or names one that exists; the error of one that certainly started nothing.
 * Rejects with a SubmitUnknownError where a job may have been started.
 */
async function settle(
  requests: Requests,
  { modelId, signal }: Submission,
  reply: Reply,
  { charged, repeat, id }: Outcome,
  endsAt: number,
): Promise<Accepted | ReturnType<typeof replyError>> {
  const { settings, limiter } = requests;
  const job = id === undefined ? undefined : { id, model: modelId };
  if (job && charged === "yes") {
    limiter.recover();
    noteAddresses(settings, job.id, reply);
    return { id: job.id, retryAfterMs: reply.retryAfterMs };
  }
  let isRefusal = charged === "no";
  if (job) {
    try {
      return await recoverJob(requests, job, reply, signal, endsAt);
    } catch (error) {
      // A refusal stays one where there is certainly no such job. A 429 or a 503 that names a job is never repeated.
      isRefusal &&= repeat !== "after Retry-After" && !!outcomeOf(error) && !isPassing(error);
    }
  }
  if (isRefusal) return replyError(reply, job);
  throw unknownError(reply, modelId, signal, job);
}

/** Asks for a job that an answer names without accepting it: beside an error, or in a damaged answer. */
async function recoverJob(
  requests: Requests,
  job: JobRef,
  reply: Reply,
  signal: AbortSignal | undefined,
  endsAt: number,
): Promise<Accepted> {
  const { clock, random, log } = requests.settings;
  const known = { ref: job, createdAt: 0, isSubmitted: false };
  signal?.throwIfAborted();
  // A damaged answer proves nothing by itself: the service must know the job at the first request.
  const until = reply.isWhole && reply.body ? Math.min(clock.now() + jobGraceMs, endsAt) : 0;
  for (let failures = 1; ; failures++) {
    try {
      const answer = await requestJob("status", requests, known, { signal, mayRepeat: true });
      log("warn", `The answer to ${reply.request} was no acceptance; job ${job.id}, which it named, exists.`);
      return { id: job.id, retryAfterMs: answer.retryAfterMs };
    } catch (error) {
      const waitMs = retryDelay(failures, random);
      if (outcomeOf(error)?.kind !== "missing" || clock.now() + waitMs > until) throw error;
      await pause(clock, waitMs, signal);
    }
  }
}

/** Addresses in answers are data: they are compared, never used. */
function noteAddresses({ baseUrl, log }: Settings, id: string, { body }: Reply): void {
  for (const call of ["status", "result", "cancel"] as const) {
    const given = body?.[`${call}_url`];
    const own = baseUrl + requestPath(id, call);
    // Only a string becomes text for sure, and nothing may fail once the job is paid.
    const shown = typeof given === "string" ? shorten(given) : typeof given;
    if (given !== own) log("info", `${call}_url is ${shown}; ${own} is used instead.`);
  }
}
