import { modelPath } from "./protocol/paths.js";
import { createPace } from "./time/rate-limiter.js";
import { addNearest, getModel, listModels, readBalance } from "./catalogue/live.js";
import { NotFoundError } from "./errors/errors.js";
import type { JobRef } from "./errors/errors.js";
import { createHttp, explain } from "./wire/requests.js";
import { checkPrice, readInput, runPrecheck } from "./submit/prechecks.js";
import { callHook } from "./options/callbacks.js";
import { createJob } from "./job/job.js";
import { requestPath } from "./job/job-requests.js";
import type { Model, Schema } from "./input/model.js";
import type { ClientOptions, RunOptions, Settings, SubmitOptions } from "./options/client-options.js";
import { createPoller } from "./job/poller.js";
import { readOptions } from "./options/settings.js";
import { submit } from "./submit/submit.js";
import type { Balance, CatalogueEntry, CataloguePage, Job, JobResult, ListOptions } from "./job/job-types.js";
import { createShare, onAbort, throwIfAborted } from "./time/clock.js";
import { checkTime } from "./options/time-limit.js";
import { createTokens } from "./wire/token.js";

/** A call's input for a model known only by its id. */
export type UntypedInput = { readonly [name: string]: unknown };

/** A generated module's `model`, or a model's id. */
export type ModelLike = string | { readonly id: string; readonly input: Schema };

/** What a model takes; any fields where only its id is known. */
export type InputOf<M> = "~input" extends keyof M
  ? M extends { readonly "~input"?: infer Input }
    ? Input
    : never
  : UntypedInput;

/** What a model gives; unknown where only its id is known. */
export type OutputOf<M> = M extends { readonly "~output"?: infer Output } ? Output : unknown;

/** A client of the service. */
export interface Client {
  /**
   * Sends one paid request and gives the job. Rejects with InputError, AuthError, InsufficientBalanceError, NotFoundError,
   * HttpError or ConnectionError, when nothing was started; with SubmitUnknownError when nobody can tell.
   *
   * A model known only by its id runs untyped and unchecked.
   */
  submit<M extends ModelLike>(
    model: M,
    input: InputOf<M>,
    options?: SubmitOptions,
  ): Promise<Job<OutputOf<M>>>;
  /** `submit`, then `result`: rejects with the errors of both. */
  run<M extends ModelLike>(
    model: M,
    input: InputOf<M>,
    options?: RunOptions,
  ): Promise<JobResult<OutputOf<M>>>;
  /** A job by its id, from another process or another day. Nothing is sent. */
  job<M extends ModelLike>(model: M, id: string): Job<OutputOf<M>>;
  /** A job from what `toJSON()` gave, or from the `job` of an error. */
  job(saved: JobRef): Job;
  /** What the account has left. */
  balance(options?: { readonly signal?: AbortSignal }): Promise<Balance>;
  /** The live catalogue. */
  readonly models: {
    list(options?: ListOptions): Promise<CataloguePage>;
    get(modelId: string, options?: { readonly signal?: AbortSignal }): Promise<CatalogueEntry>;
  };
}

/**
 * Makes a client. Rejects unusable options with a ConfigError; sends nothing.
 *
 * @example
 * const client = createClient();
 * const { output } = await client.run(model, { prompt: "A gentle breeze." });
 */
export function createClient(options: ClientOptions = {}): Client {
  const read = readOptions(options);
  const { clock } = read;
  const tokens = createTokens(read.token, clock, read.requestTimeoutMs);
  const log: Settings["log"] = (level, message) => read.log(level, tokens.scrub(message));
  const settings: Settings = { ...read, log };
  const http = createHttp(settings, tokens, createPace(settings));
  const context = { http, poller: createPoller(http), share: createShare() };

  function makeJob(ref: JobRef, submitted: boolean): Job {
    modelPath(ref.model);
    requestPath(ref.id, "status");
    return createJob(context, { ref: { id: ref.id, model: ref.model }, born: clock.now(), submitted });
  }

  async function send(model: Model | string, input: unknown, given?: SubmitOptions): Promise<Job> {
    const { signal, timeoutMs = 900_000, check = true, maxUsd, precheck } = given ?? {};
    const signals = [signal, settings.signal];
    throwIfAborted(signals);
    const modelId = typeof model === "string" ? model : model?.id;
    modelPath(modelId);
    checkTime("timeoutMs", timeoutMs);
    const body = await readInput({ model, input, signals, settings }, check);
    // What is priced and checked is what is sent, whatever the caller does with the object meanwhile.
    const isJudged = maxUsd !== undefined || precheck;
    const intent = { model, input: isJudged ? JSON.parse(body) : input, signals, settings };
    if (maxUsd !== undefined) await checkPrice(intent, maxUsd);
    if (precheck) await runPrecheck(intent, precheck, timeoutMs);
    try {
      const { id, retryAfterMs = 0 } = await submit(http, { modelId, body, timeoutMs, signal });
      context.poller.hold(id, clock.now() + retryAfterMs);
      return makeJob({ id, model: modelId }, true);
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      throw await addNearest(http, error, modelId, options.suggest, signals);
    }
  }

  async function run(model: Model | string, input: unknown, asked?: RunOptions): Promise<JobResult> {
    const start = clock.now();
    const given = asked ?? {};
    const { timeoutMs = settings.timeoutMs, signal } = given;
    checkTime("timeoutMs", timeoutMs);
    const job = await send(model, input, given);
    callHook(log, () => given.onJob?.(job.toJSON()));
    const detach = onAbort([given.cancelOnAbort ? signal : undefined], () => {
      // Its own life: the caller is answered at once.
      job.cancel().then(
        ({ outcome }) => log("info", `Job ${job.id}: ${outcome} after the abort.`),
        // The client's signal may abort with anything.
        (error: unknown) => log("error", `Job ${job.id} may run on: ${explain(error, String)}`),
      );
    });
    try {
      return await job.result({ ...given, timeoutMs: Math.max(1, start + timeoutMs - clock.now()) });
    } finally {
      detach();
    }
  }

  return {
    submit: send as Client["submit"],
    run: run as Client["run"],
    job: ((model: Model | string | JobRef, id: string): Job => {
      if (typeof model === "string") return makeJob({ id, model }, false);
      const given = Object(model) as Model | JobRef;
      return makeJob("model" in given ? given : { id, model: given.id }, false);
    }) as Client["job"],
    balance: async (given) => readBalance(http, given?.signal),
    models: {
      list: async (given) => listModels(http, given),
      get: async (modelId, given) => getModel(http, modelId, given?.signal),
    },
  };
}
