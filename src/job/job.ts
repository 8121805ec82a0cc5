import { describe } from "../protocol/answer.js";
import { cancel } from "./cancel.js";
import { ConfigError, JobCancelledError, JobFailedError, ResponseError } from "../errors/errors.js";
import type { JobRef } from "../errors/errors.js";
import type { Http } from "../wire/requests.js";
import { isEmpty, isMissing, lagMs, lookAtStatus, readResult } from "./job-requests.js";
import type { Ending } from "./job-requests.js";
import type { ResultOptions, WaitOptions } from "../options/client-options.js";
import type { Job, JobResult } from "./job-types.js";
import type { JobState } from "./wait.js";
import type { Poller } from "./poller.js";
import { checkTime } from "../options/time-limit.js";
import type { createShare } from "../time/clock.js";
import { watchJob } from "./watch.js";

/** What all jobs of a client share. */
export interface JobContext {
  readonly http: Http;
  readonly poller: Poller;
  readonly share: ReturnType<typeof createShare>;
}

/** A job's handle. */
export function createJob<Output>({ http, poller, share }: JobContext, given: JobState): Job<Output> {
  // Errors hand it out: what their readers write into it must not become the job's.
  const ref = Object.freeze({ ...given.ref });
  const state = { ...given, ref };
  const { settings, pace } = http;
  const { log } = settings;
  /** "No such job" about one that was submitted a moment ago is not the last word. */
  const forgives = (error: unknown): boolean =>
    isMissing(error) && state.submitted && settings.clock.now() - state.born < lagMs;
  function signalsOf({ signal }: WaitOptions) {
    // One that cannot be listened to would leave a wait behind that nobody can end.
    if (signal && typeof signal.addEventListener !== "function")
      throw new ConfigError("signal is no AbortSignal. Give the signal of an AbortController, or none.");
    return [signal, settings.signal];
  }
  function timeoutOf({ timeoutMs = settings.timeoutMs }: WaitOptions): number {
    checkTime("timeoutMs", timeoutMs);
    return timeoutMs;
  }

  const wait = (options: ResultOptions): Promise<Ending> =>
    new Promise((resolve, reject) => {
      poller.join(state, {
        timeoutMs: timeoutOf(options),
        signals: signalsOf(options),
        wantsResult: true,
        onUpdate: (update) => options.onUpdate?.(update),
        onEnd: ({ ending, error }) => (ending ? resolve(copy(ending)) : reject(error)),
      });
    });

  return {
    id: ref.id,
    modelId: ref.model,
    result: async (options = {}) => {
      const ending = await wait(options).catch((error: unknown) => {
        const aborted = signalsOf(options).some((signal) => signal?.aborted);
        if (aborted) log("info", `Stopped waiting for job ${ref.id}; it goes on and may be billed.`);
        throw error;
      });
      return readEnding(ref, ending) as JobResult<Output>;
    },
    watch: (options = {}) => watchJob(poller, state, timeoutOf(options), signalsOf(options)),
    status: async (options = {}) => {
      const signals = signalsOf(options);
      // Other looks that were asked for before are no reason to give up.
      await pace.turnWithin(settings.requestTimeoutMs + pace.backlogMs(), signals, ref);
      return (await lookAtStatus(http, ref, signals, (call) => http.ask({ ...call, forgives }))).update;
    },
    cancel: async (options = {}) =>
      share(ref.id, signalsOf(options), (signal) => cancel(http, ref, [signal], forgives)),
    toJSON: () => ({ ...ref }),
  };
}

/** Who waits for the same job gets a result of his own; one too deep to be copied is shared rather than lost. */
function copy(ending: Ending): Ending {
  try {
    return structuredClone(ending);
  } catch {
    return ending;
  }
}

/** The result of a job that succeeded; any other end is an error. */
function readEnding(job: JobRef, { state, raw }: Ending): JobResult {
  if (state === "succeeded") {
    if (!isEmpty(raw["output"])) return readResult(job, raw);
    throw new ResponseError(`Job ${job.id} succeeded, but its output is empty.`, { job, raw });
  }
  if (state === "cancelled") throw new JobCancelledError(`Job ${job.id} was cancelled.`, { job, raw });
  const said = describe(raw["error"]) || describe(raw) || "the service gives no reason";
  throw new JobFailedError(`Job ${job.id} of ${job.model} failed: ${said}`, { job, raw });
}
