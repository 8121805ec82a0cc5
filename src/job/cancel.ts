import { ConnectionError } from "../errors/errors.js";
import type { Body } from "../protocol/exchange.js";
import { isFinal, readState, readUpdate } from "../protocol/status.js";
import { retryDelay } from "../time/back-off.js";
import { pause } from "../time/scope.js";
import type { Answer, Requests } from "../wire/requests.js";
import { acquirePermit, mayPass, requestJob } from "./job-requests.js";
import type { KnownJob } from "./job-requests.js";
import type { CancelResult } from "./job-types.js";

/** An unclear cancel is asked for again: it costs nothing and does no harm. */
const mostAttempts = 5;

/** Asks for the cancel; where the answer is lost or says nothing, the job's status decides. */
export async function cancelJob(
  requests: Requests,
  job: KnownJob,
  signal: AbortSignal | undefined,
): Promise<CancelResult> {
  const { settings, limiter } = requests;
  const { clock, random, requestTimeoutMs } = settings;
  const { id } = job.ref;
  let notBefore = -Infinity;
  let cause: unknown;

  function unclearError(): ConnectionError {
    return new ConnectionError(
      `It is not known whether job ${id} was cancelled: no answer was usable. Ask again, or wait for the job.`,
      { job: job.ref, cause },
    );
  }

  /** Sends one request when the service wants one again; gives an empty body where the answer leaves the outcome open. */
  async function ask(call: "cancel" | "status", needsPermit: boolean): Promise<Body> {
    const waitMs = notBefore - clock.now();
    if (waitMs > requestTimeoutMs) throw unclearError();
    if (waitMs > 0) await pause(clock, waitMs, signal);
    if (needsPermit) await acquirePermit(requests, job, signal);
    const { body, retryAfterMs = 0 } = await requestJob(call, requests, job, { signal }).catch(
      (error: unknown) => {
        const { status, retryAfterMs: waitedMs } = Object(error) as Partial<Answer>;
        // A conflict (409) decides as little as a lost answer: the job may have begun, or ended.
        if (!mayPass(requests, job, error) && status !== 409) throw error;
        cause = error;
        return { body: {} as Body, retryAfterMs: waitedMs };
      },
    );
    notBefore = clock.now() + retryAfterMs;
    return body;
  }

  for (let attempt = 1; ; attempt++) {
    const { outcome } = await ask("cancel", limiter.isSlow());
    const told = typeof outcome === "string" ? outcome.trim().toLowerCase() : "";
    const isRefused = told === "not_cancellable";
    if (readState(told) === "cancelled") return { outcome: "cancelled", status: "cancelled" };
    const body = await ask("status", true).catch((error: unknown) => {
      if (!isRefused) throw error;
      return {};
    });
    const { status, word } = readUpdate(id, body);
    if (status === "cancelled") return { outcome: "cancelled", status };
    // The word "cancellation_requested" counts as in progress, but such a job is about to end.
    const isRunning = status === "in_progress" && attempt > 1 && !/cancell?ation/i.test(word);
    if (isRefused || isRunning || isFinal(status)) return { outcome: "not_cancellable", status };
    if (attempt === mostAttempts || !limiter.takeRetry()) throw unclearError();
    await pause(clock, retryDelay(attempt, random), signal);
  }
}
