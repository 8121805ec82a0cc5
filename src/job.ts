import { describe } from "./answer.js";
import { cancel } from "./cancel.js";
import { JobCancelledError, JobFailedError, ResponseError } from "./errors.js";
import type { JobRef } from "./errors.js";
import type { Http } from "./http.js";
import { isEmpty, lookAtStatus } from "./looks.js";
import type { Ending } from "./looks.js";
import type { ResultOptions, WaitOptions } from "./options.js";
import type { Job, JobResult } from "./surface.js";
import type { JobState } from "./loop.js";
import type { Poller } from "./poller.js";
import { onAbort, pause, throwIfAborted } from "./time.js";
import type { createShare } from "./time.js";
import { watchJob } from "./watch.js";

/** What all jobs of a client share. */
export interface JobContext {
  readonly http: Http;
  readonly poller: Poller;
  readonly share: ReturnType<typeof createShare>;
}

/** A job's handle. */
export const createJob = <Output>({ http, poller, share }: JobContext, state: JobState): Job<Output> => {
  const { ref } = state;
  const { settings } = http;
  const { log } = settings;
  const signalsOf = (options: WaitOptions) => [options.signal, settings.signal];

  const wait = (options: ResultOptions): Promise<Ending> =>
    new Promise((resolve, reject) => {
      throwIfAborted(signalsOf(options));
      const leave = poller.join(state, {
        timeoutMs: options.timeoutMs ?? settings.timeoutMs,
        wantsResult: true,
        onUpdate: (update) => options.onUpdate?.(update),
        onEnd: ({ ending, error }) => {
          detach();
          if (ending) resolve(ending);
          else reject(error);
        },
      });
      const detach = onAbort(signalsOf(options), (reason) => {
        leave();
        detach();
        reject(reason);
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
    watch: (options = {}) =>
      watchJob(poller, state, options.timeoutMs ?? settings.timeoutMs, signalsOf(options)),
    status: async (options = {}) => {
      const turn = http.pace.turn(settings.clock.now());
      if (turn > 0) await pause(settings.clock, turn, signalsOf(options));
      return (await lookAtStatus(http, ref, signalsOf(options), undefined, http.ask)).update;
    },
    cancel: (options = {}) => share(ref.id, signalsOf(options), (signal) => cancel(http, ref, [signal])),
    toJSON: () => ref,
  };
};

/** The result of a job that succeeded; any other end is an error. */
const readEnding = (job: JobRef, ending: Ending): JobResult => {
  if (ending.state === "succeeded") {
    if (!isEmpty(ending.result.output)) return ending.result;
    throw new ResponseError(`Job ${job.id} succeeded, but its output is empty.`, {
      job,
      raw: ending.result.raw,
    });
  }
  const { state, raw } = ending;
  if (state === "cancelled") throw new JobCancelledError(`Job ${job.id} was cancelled.`, { job, raw });
  const said = describe(raw["error"]) || describe(raw) || "the service gives no reason";
  throw new JobFailedError(`Job ${job.id} of ${job.model} failed: ${said}`, { job, raw });
};
