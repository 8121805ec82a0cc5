import type { JobRef } from "../errors/error-fields.js";
import { ConnectionError } from "../errors/errors.js";
import { requestPath } from "../protocol/paths.js";
import { isFinal, readState, readUpdate } from "../protocol/status.js";
import type { JobUpdate } from "../protocol/status.js";
import { retryDelay } from "../time/back-off.js";
import { isPassing, outcomeOf } from "../wire/requests.js";
import type { Answer, Requests } from "../wire/requests.js";
import { checkOwn, requestStatus } from "./job-requests.js";
import type { CancelResult } from "./job-types.js";

/** How often an unclear cancel is asked for again: it costs nothing and does no harm. */
const mostAttempts = 5;

/** A cancel under way. */
interface Cancelling {
  readonly requests: Requests;
  readonly job: JobRef;
  readonly signal: AbortSignal;
  /** Whether "no such job" may pass, since the job was submitted a moment ago. */
  readonly retryOnMissing: () => boolean;
  /** The moment before which the service wants no request. */
  notBefore: number;
  lastError: unknown;
}

/** Asks for the cancel; where the answer is lost or says nothing, the job's status decides. */
export async function cancelJob(
  requests: Requests,
  job: JobRef,
  signal: AbortSignal,
  retryOnMissing: () => boolean,
): Promise<CancelResult> {
  const cancelling: Cancelling = {
    requests,
    job,
    signal,
    retryOnMissing,
    notBefore: -Infinity,
    lastError: undefined,
  };
  const { settings, limiter } = requests;
  for (let attempt = 1; ; attempt++) {
    const outcome = await askForCancel(cancelling);
    if (readState(outcome) === "cancelled") return { outcome: "cancelled", status: "cancelled" };
    const isRefused = outcome === "not_cancellable";
    const { status, word } = await askForStatus(cancelling, isRefused);
    if (status === "cancelled") return { outcome: "cancelled", status };
    // "cancellation_requested" is a job that runs, but not one that goes on.
    const isRunning = status === "in_progress" && attempt > 1 && !/cancell?ation/i.test(word);
    if (isRefused || isRunning || isFinal(status)) return { outcome: "not_cancellable", status };
    if (attempt === mostAttempts || !limiter.takeRetry()) throw unclearError(cancelling);
    await settings.clock.sleep(retryDelay(attempt, settings.random), signal);
  }
}

/** The service's word for the outcome; empty where it says nothing. */
async function askForCancel(cancelling: Cancelling): Promise<string> {
  const { requests, job, signal } = cancelling;
  const path = requestPath(job.id, "cancel");
  const answer = await request(cancelling, requests.limiter.isSlow(), () =>
    requests.send({
      call: "cancel",
      send: (api, init) => api.POST(path, init),
      signal,
      job,
      check: (found) => checkOwn(job, found),
    }),
  );
  const word = answer?.body["outcome"];
  return typeof word === "string" ? word.trim().toLowerCase() : "";
}

/** The job's status; unknown where the answer is lost, or where a refusal is known already. */
async function askForStatus(cancelling: Cancelling, isRefused: boolean): Promise<JobUpdate> {
  const { requests, job, signal } = cancelling;
  try {
    const answer = await request(cancelling, true, async () => {
      return (await requestStatus(job, signal, requests.send)).answer;
    });
    return readUpdate(job.id, answer?.body ?? {});
  } catch (error) {
    if (!isRefused) throw error;
    return readUpdate(job.id, {});
  }
}

/** Sends one request when the service wants one again; gives undefined where its answer tells nothing. */
async function request(
  cancelling: Cancelling,
  needsPermit: boolean,
  send: () => Promise<Answer>,
): Promise<Answer | undefined> {
  const { requests, job, signal, notBefore } = cancelling;
  const { settings, limiter } = requests;
  const { clock, requestTimeoutMs } = settings;
  const waitMs = notBefore - clock.now();
  if (waitMs > requestTimeoutMs) throw unclearError(cancelling);
  if (waitMs > 0) await clock.sleep(waitMs, signal);
  if (needsPermit) await limiter.acquireWithin(requestTimeoutMs + limiter.backlogMs(), signal, job);
  let told: { readonly status?: unknown; readonly retryAfterMs?: number | undefined } = {};
  try {
    const answer = await send();
    told = { retryAfterMs: answer.retryAfterMs };
    return answer;
  } catch (error) {
    told = Object(error) as typeof told;
    const isMissing = outcomeOf(error)?.kind === "missing" && cancelling.retryOnMissing();
    // A conflict tells as little as a lost answer: the job may have begun, or ended.
    if (!isPassing(error) && told.status !== 409 && !isMissing) throw error;
    cancelling.lastError = error;
    return undefined;
  } finally {
    cancelling.notBefore = clock.now() + (told.retryAfterMs ?? 0);
  }
}

function unclearError({ requests, job, lastError }: Cancelling): ConnectionError {
  const path = requestPath(job.id, "cancel");
  return new ConnectionError(
    `It is not known whether job ${job.id} was cancelled: POST ${requests.settings.baseUrl}${path} got no usable ` +
      `answer. Ask again, or wait for the job.`,
    { job, cause: lastError },
  );
}
