import { isPassing } from "../wire/requests.js";
import type { Http, MakeCall, Reply } from "../wire/requests.js";
import { checkOwn, lookAtStatus, requestPath } from "./job-requests.js";
import { retryGap } from "../time/rate-limiter.js";
import type { JobRef } from "../errors/errors.js";
import { ConnectionError } from "../errors/errors.js";
import { isFinal, readState, readUpdate } from "../protocol/status.js";
import { pause } from "../time/clock.js";
import type { CancelResult } from "./job-types.js";
import type { Signals } from "../time/clock.js";

/** How often an unclear cancel is asked again: it costs nothing and does no harm. */
const mostAttempts = 5;

/** Asks for the cancel; where the answer is lost or means nothing, the job's status decides. */
export async function cancel(
  http: Http,
  job: JobRef,
  signals: Signals,
  forgives: (error: unknown) => boolean,
): Promise<CancelResult> {
  const { settings, pace } = http;
  const { clock, random, requestTimeoutMs } = settings;
  const path = requestPath(job.id, "cancel");
  const make: MakeCall = (api, init) => api.POST(path, init);
  const check = (reply: Reply) => void checkOwn(reply, job);
  let failure: unknown;
  let holdUntil = -Infinity;

  const unsure = (): ConnectionError =>
    new ConnectionError(
      `Nobody can tell whether job ${job.id} was cancelled: POST ${settings.baseUrl}${path} got no usable ` +
        `answer. Ask again, or wait for the job.`,
      { job, cause: failure },
    );

  /** Asks when the service wants to be asked again; what says nothing gives undefined. */
  async function ask<T extends Told>(isLook: boolean, send: () => Promise<T>): Promise<T | undefined> {
    const restMs = holdUntil - clock.now();
    if (restMs > requestTimeoutMs) throw unsure();
    if (restMs > 0) await pause(clock, restMs, signals);
    if (isLook || pace.isSlow()) await pace.turnWithin(requestTimeoutMs + pace.backlogMs(), signals, job);
    let told: Told = {};
    try {
      const reply = await send();
      told = reply;
      return reply;
    } catch (error) {
      told = Object(error) as Told;
      // A conflict tells as little as a lost answer: the job may have begun, or ended.
      if (!isPassing(error) && told.status !== 409 && !forgives(error)) throw error;
      failure = error;
      return undefined;
    } finally {
      holdUntil = clock.now() + (told.retryAfterMs ?? 0);
    }
  }

  for (let attempt = 1; ; attempt++) {
    const reply = await ask(false, () => http.send({ make, signals, job, check }));
    const word = reply?.body["outcome"];
    const outcome = typeof word === "string" ? word.trim().toLowerCase() : "";
    if (readState(outcome) === "cancelled") return { outcome: "cancelled", status: "cancelled" };
    const refused = outcome === "not_cancellable";
    const look = await ask(true, async () => {
      const { update, reply: answer } = await lookAtStatus(http, job, signals);
      return { update, retryAfterMs: answer.retryAfterMs };
    }).catch((error: unknown) => {
      // What is known already is told, whatever becomes of the look. After an abort nobody listens.
      if (!refused) throw error;
    });
    const { status, word: shown } = look?.update ?? readUpdate(job.id, {});
    if (status === "cancelled") return { outcome: "cancelled", status };
    // "cancellation_requested" is a job that runs, but not one that goes on.
    const runs = status === "in_progress" && attempt > 1 && !/cancell?ation/i.test(shown);
    if (refused || runs || isFinal(status)) return { outcome: "not_cancellable", status };
    if (attempt === mostAttempts || !pace.mayRetry()) throw unsure();
    await pause(clock, retryGap(attempt, random), signals);
  }
}

/** What an answer or an error may tell of itself. */
interface Told {
  readonly status?: unknown;
  readonly retryAfterMs?: number | undefined;
}
