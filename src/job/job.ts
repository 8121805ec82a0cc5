import { ConfigError } from "../errors/errors.js";
import { checkOptions } from "../options/check-options.js";
import type { OptionRules } from "../options/check-options.js";
import type { SignalOptions, StatusOptions } from "../options/client-options.js";
import { renamed, resultRules, signalRules, statusRules, waitRules } from "../options/option-rules.js";
import { readUpdate } from "../protocol/status.js";
import type { JobUpdate } from "../protocol/status.js";
import { underSignals } from "../time/scope.js";
import type { SingleFlight } from "../time/single-flight.js";
import type { Requests } from "../wire/requests.js";
import { cancelJob } from "./cancel.js";
import { abortedError } from "./job-errors.js";
import { acquirePermit, mayPass, requestJob } from "./job-requests.js";
import type { KnownJob } from "./job-requests.js";
import type { Job, JobResult } from "./job-types.js";
import type { Poller } from "./poller.js";
import { settleEnding } from "./result.js";
import { watchJob } from "./watch.js";

/** The parts that all jobs of a client share. */
export interface JobContext {
  readonly requests: Requests;
  readonly poller: Poller;
  readonly singleFlight: SingleFlight;
}

type Signals = readonly (AbortSignal | undefined)[];
type Task<T> = (signal: AbortSignal | undefined) => Promise<T>;

/** A job's handle. */
export function createJob<Output>(
  { requests, poller, singleFlight }: JobContext,
  given: KnownJob,
): Job<Output> {
  const { settings } = requests;
  // Errors hand the reference out: changes that their readers make to it must not become the job's.
  const ref = Object.freeze({ ...given.ref });
  const job = { ...given, ref };

  /** Checks the options of a call, and gives the signals that end it. */
  function begin<Options extends SignalOptions>(
    name: string,
    options: Options,
    rules: OptionRules<Options>,
  ): Signals {
    checkOptions(`job.${name}`, options, rules, renamed);
    return [options.signal, settings.signal];
  }

  /**
   * Runs a call with one signal. Where a signal of the caller ends it, the error names the job; where `left` ends it, nothing is
   * logged.
   */
  async function run<T>(signals: Signals, task: Task<T>, left?: AbortSignal): Promise<T> {
    try {
      return await underSignals([...signals, left], task);
    } catch (error) {
      // A token function that fails must not hide the job.
      if (error instanceof ConfigError) throw new ConfigError(error.message, { job: ref });
      if (!signals.some((signal) => signal?.aborted && signal.reason === error)) throw error;
      const aborted = abortedError(ref, error);
      settings.log("info", aborted.message);
      throw aborted;
    }
  }

  return {
    id: ref.id,
    modelId: ref.model,
    result: async (options = {}) => {
      const ending = await run(begin("result", options, resultRules), (signal) =>
        poller.subscribe(job, { ...options, signal, wantsResult: true }),
      );
      return { ...settleEnding(ref, ending!), origin: settings.baseUrl } as JobResult<Output>;
    },
    watch: (options = {}) => {
      const signals = begin("watch", options, waitRules);
      return watchJob(signals, (onUpdate, left) =>
        run(signals, (signal) => poller.subscribe(job, { ...options, signal, onUpdate }), left),
      );
    },
    status: async (options = {}) =>
      run(begin("status", options, statusRules), (signal) => readStatus(requests, job, options, signal)),
    cancel: async (options = {}) =>
      run(begin("cancel", options, signalRules), (signal) =>
        singleFlight(ref.id, signal, (shared) => cancelJob(requests, job, shared)),
      ),
    toJSON: () => ({ ...ref }),
  };
}

async function readStatus(
  requests: Requests,
  job: KnownJob,
  { tolerant }: StatusOptions,
  signal: AbortSignal | undefined,
): Promise<JobUpdate> {
  const { id } = job.ref;
  try {
    await acquirePermit(requests, job, signal);
    const { body } = await requestJob("status", requests, job, { signal, mayRepeat: !tolerant });
    return readUpdate(id, body);
  } catch (error) {
    const { code, message, retryAfterMs } = Object(error) as Required<NonNullable<JobUpdate["trouble"]>>;
    const isTrouble = mayPass(requests, job, error) || code === "connection";
    if (!tolerant || signal?.aborted || !isTrouble) throw error;
    const trouble = { code, message, ...(retryAfterMs !== undefined && { retryAfterMs }) };
    return { ...readUpdate(id, {}), trouble };
  }
}
