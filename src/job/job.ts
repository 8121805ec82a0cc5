import type { JobRef } from "../errors/error-fields.js";
import { checkOptions } from "../options/check-options.js";
import type { OptionRules } from "../options/check-options.js";
import type { ResultOptions, SignalOptions, StatusOptions, WaitOptions } from "../options/client-options.js";
import { renamed, resultRules, signalRules, statusRules, waitRules } from "../options/option-rules.js";
import type { JobUpdate } from "../protocol/status.js";
import { withOneSignal } from "../time/scope.js";
import type { SingleFlight } from "../time/single-flight.js";
import { isPassing, outcomeOf } from "../wire/requests.js";
import type { Requests } from "../wire/requests.js";
import { cancelJob } from "./cancel.js";
import { abortedError, settleEnding } from "./job-errors.js";
import { requestStatus } from "./job-requests.js";
import type { CancelResult, Job, JobResult } from "./job-types.js";
import type { KnownJob, Poller } from "./poller.js";
import { jobLagMs } from "./wait.js";
import type { Ending } from "./wait-state.js";
import { watchJob } from "./watch.js";

/** What all jobs of a client share. */
export interface JobContext {
  readonly requests: Requests;
  readonly poller: Poller;
  readonly singleFlight: SingleFlight;
}

/** A job's handle. */
export function createJob<Output>(context: JobContext, given: KnownJob): Job<Output> {
  // Errors hand the reference out: what their readers write into it must not become the job's.
  const ref = Object.freeze({ ...given.ref });
  const job: KnownJob = { ...given, ref };
  const { settings } = context.requests;
  const signalsOf = ({ signal }: SignalOptions) => [signal, settings.signal];
  return {
    id: ref.id,
    modelId: ref.model,
    result: async (options = {}) => {
      check("result", options, resultRules);
      return (await waitForResult(context, job, options)) as JobResult<Output>;
    },
    watch: (options = {}) => {
      check("watch", options, waitRules);
      return watchJob(context.poller, job, timeoutOf(options), signalsOf(options));
    },
    status: async (options = {}) => {
      check("status", options, statusRules);
      return forJob(ref, signalsOf(options), (signal) => askForStatus(context, job, options, signal));
    },
    cancel: async (options = {}) => {
      check("cancel", options, signalRules);
      return forJob(ref, signalsOf(options), (signal) => cancelShared(context, job, signal));
    },
    toJSON: () => ({ ...ref }),
  };

  function timeoutOf({ timeoutMs = settings.timeoutMs }: WaitOptions): number {
    return timeoutMs;
  }
}

function check<Options>(call: string, options: Options, rules: OptionRules<Options>): void {
  checkOptions(`job.${call}`, options, rules, renamed);
}

/** Runs a call about a job with one signal; its abort becomes an error that names the job. */
async function forJob<T>(
  ref: JobRef,
  signals: readonly (AbortSignal | undefined)[],
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    return await withOneSignal(signals, task);
  } catch (error) {
    const aborted = signals.find((signal) => signal?.aborted && signal.reason === error);
    throw aborted ? abortedError(ref, error) : error;
  }
}

async function waitForResult(context: JobContext, job: KnownJob, options: ResultOptions): Promise<JobResult> {
  const { settings } = context.requests;
  const { timeoutMs = settings.timeoutMs } = options;
  const signals = [options.signal, settings.signal];
  try {
    const ending = await forJob(
      job.ref,
      signals,
      (signal) =>
        new Promise<Ending>((resolve, reject) => {
          context.poller.subscribe(job, {
            timeoutMs,
            signal,
            wantsResult: true,
            onUpdate: (update) => options.onUpdate?.(update),
            onEnd: (end) => (end.ending ? resolve(copyOf(end.ending)) : reject(end.error)),
          });
        }),
    );
    return settleEnding(job.ref, ending);
  } catch (error) {
    if (signals.some((signal) => signal?.aborted))
      settings.log("info", `Stopped waiting for job ${job.ref.id}; it goes on and may be billed.`);
    throw error;
  }
}

/** Callers that wait for the same job get a result of their own; one too deep to be copied is shared rather than lost. */
function copyOf(ending: Ending): Ending {
  try {
    return structuredClone(ending);
  } catch {
    return ending;
  }
}

/** Whether "no such job" may pass: the job was submitted a moment ago. */
function isFresh({ requests }: JobContext, { isSubmitted, createdAt }: KnownJob): boolean {
  return isSubmitted && requests.settings.clock.now() - createdAt < jobLagMs;
}

async function askForStatus(
  context: JobContext,
  job: KnownJob,
  { tolerant = false }: StatusOptions,
  signal: AbortSignal,
): Promise<JobUpdate> {
  const { requests } = context;
  const { limiter, settings } = requests;
  try {
    // Requests that others asked for before are no reason to give up.
    await limiter.acquireWithin(settings.requestTimeoutMs + limiter.backlogMs(), signal, job.ref);
    const ask = tolerant ? requests.send : requests.ask;
    return (await requestStatus(job.ref, signal, ask, () => isFresh(context, job))).update;
  } catch (error) {
    const isMissing = outcomeOf(error)?.kind === "missing" && isFresh(context, job);
    const isTrouble =
      isMissing || isPassing(error) || (Object(error) as { code?: unknown }).code === "connection";
    if (!tolerant || signal.aborted || !isTrouble) throw error;
    return { requestId: job.ref.id, status: "unknown", word: "", trouble: describeTrouble(error) };
  }
}

function describeTrouble(error: unknown): NonNullable<JobUpdate["trouble"]> {
  const { code, message, retryAfterMs } = error as { code: string; message: string; retryAfterMs?: number };
  return { code, message, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

async function cancelShared(context: JobContext, job: KnownJob, signal: AbortSignal): Promise<CancelResult> {
  const { requests, singleFlight } = context;
  return singleFlight(job.ref.id, signal, (shared) =>
    cancelJob(requests, job.ref, shared, () => isFresh(context, job)),
  );
}
