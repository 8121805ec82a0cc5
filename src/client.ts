import type { JobRef } from "./errors/error-fields.js";
import { ConfigError, JobAbortedError, NotFoundError } from "./errors/errors.js";
import type { CheckedModel } from "./input/define-model.js";
import type { Schema } from "./input/model.js";
import { createJob } from "./job/job.js";
import type { JobContext } from "./job/job.js";
import type { Job, JobResult } from "./job/job-types.js";
import { createPoller } from "./job/poller.js";
import { callBack } from "./options/callbacks.js";
import { checkOptions } from "./options/check-options.js";
import type { ClientOptions, RunOptions, SignalOptions, SubmitOptions } from "./options/client-options.js";
import { renamed, runRules, submitRules } from "./options/option-rules.js";
import { readOptions } from "./options/settings.js";
import type { Settings } from "./options/settings.js";
import { modelPath, requestPath } from "./protocol/paths.js";
import { explain } from "./protocol/platform-error.js";
import { checkIntent } from "./submit/prechecks.js";
import { submit } from "./submit/submit.js";
import { createRateLimiter } from "./time/rate-limiter.js";
import { onAbort, scope, underSignals } from "./time/scope.js";
import { createSingleFlight } from "./time/single-flight.js";
import { readBalance } from "./wire/account.js";
import type { Balance } from "./wire/account.js";
import { createRequests } from "./wire/requests.js";
import { createTokens } from "./wire/token.js";

/** A call's input for a model known only by its id. */
export type UntypedInput = { readonly [name: string]: unknown };

/** A generated module's `model`, or a model's id. */
export type ModelLike = string | { readonly id: string; readonly input: Schema };

/** A model that can be run: one with its own check, as generated modules and `defineModel` give it, or a model's id. */
export type RunnableModel =
  | string
  | {
      readonly id: string;
      /** The model's own check. It has no type: to compare it would take the type checker longer than all else in a call. */
      readonly "~check": unknown;
    };

/** The input of a model; any fields where only its id is known. */
export type InputOf<M> = "~input" extends keyof M
  ? M extends { readonly "~input"?: infer Input }
    ? Input
    : never
  : UntypedInput;

/** The output of a model; unknown where only its id is known. */
export type OutputOf<M> = M extends { readonly "~output"?: infer Output } ? Output : unknown;

/** A client of the service. */
export interface Client {
  /**
   * Sends one paid request and gives the job. Rejects with InputError, AuthError, InsufficientBalanceError, NotFoundError,
   * HttpError or ConnectionError, when nothing was started; with SubmitUnknownError when nobody can tell.
   *
   * A model known only by its id runs untyped and unchecked.
   */
  submit<M extends RunnableModel>(
    model: M,
    input: InputOf<M>,
    options?: SubmitOptions,
  ): Promise<Job<OutputOf<M>>>;
  /** `submit`, then `result`: rejects with the errors of both. */
  run<M extends RunnableModel>(
    model: M,
    input: InputOf<M>,
    options?: RunOptions,
  ): Promise<JobResult<OutputOf<M>>>;
  /** A job by its id, from another process or another day. Nothing is sent. */
  job<M extends ModelLike>(model: M, id: string): Job<OutputOf<M>>;
  /** A job from the reference that `toJSON()` gave, or from the `job` of an error. */
  job(saved: JobRef): Job;
  /** The address of the service that the jobs belong to, such as `"https://model-api.runcomfy.net"`. */
  readonly origin: string;
  /** The account's balance. */
  balance(options?: SignalOptions): Promise<Balance>;
  /** Moved: `listLive(client)` and `getLive(client, id)` of `runcomfy-models/catalogue`. Reading it throws a ConfigError that says so. */
  readonly models: never;
  /** For the functions of this package that take a client. */
  readonly "~requests": unknown;
}

/** The longest wait for `onJob`. */
const onJobMs = 5000;

/**
 * Makes a client. Rejects unusable options with a ConfigError; sends nothing.
 *
 * @example
 * const client = createClient();
 * const { output } = await client.run(model, { prompt: "A gentle breeze." });
 */
export function createClient(options: ClientOptions = {}): Client {
  const context = createContext(options);
  const { requests } = context;
  const client = {
    "~requests": requests,
    submit: async (model, input, given = {}) => {
      checkOptions("submit", given, submitRules, renamed);
      return send(context, model as CheckedModel, input, given) as Promise<Job<never>>;
    },
    run: async (model, input, given = {}) => {
      checkOptions("run", given, runRules, renamed);
      return run(context, model as CheckedModel, input, given) as Promise<JobResult<never>>;
    },
    job: ((model: ModelLike | JobRef, id: string): Job => {
      if (typeof model === "string") return makeJob(context, { id, model }, false);
      const given = Object(model) as { readonly id: string } | JobRef;
      return makeJob(context, "model" in given ? given : { id, model: given.id }, false);
    }) as Client["job"],
    origin: requests.settings.baseUrl,
    balance: (given) => readBalance(requests, given),
  } satisfies Omit<Client, "models">;
  return Object.defineProperty(client as typeof client & Pick<Client, "models">, "models", {
    get: refuseModels,
  });
}

function refuseModels(): never {
  throw new ConfigError(
    'client.models has moved: import { listLive, getLive } from "runcomfy-models/catalogue", and call listLive(client) or ' +
      "getLive(client, id).",
  );
}

function createContext(options: ClientOptions): JobContext {
  // The client holds the settings, and may be printed: the token stays inside `tokens`.
  const { token, ...settings } = readOptions(options);
  const tokens = createTokens(token, settings.clock, settings.requestTimeoutMs);
  const log: Settings["log"] = (level, message) => settings.log(level, tokens.scrub(message));
  const requests = createRequests({ ...settings, log }, tokens, createRateLimiter(settings));
  return { requests, poller: createPoller(requests), singleFlight: createSingleFlight() };
}

function makeJob(context: JobContext, { id, model }: JobRef, isSubmitted: boolean): Job {
  modelPath(model);
  requestPath(id, "status");
  const createdAt = context.requests.settings.clock.now();
  return createJob(context, { ref: { id, model }, createdAt, isSubmitted });
}

/** The id of a model, which must bring its own check where that is asked for. */
function readModelId(model: CheckedModel | string, check: boolean): string {
  // Callers without types may give nothing at all.
  const { id, "~check": ownCheck } = Object(
    typeof model === "string" ? { id: model } : model,
  ) as CheckedModel;
  modelPath(id);
  if (check && typeof model === "object" && !ownCheck)
    throw new ConfigError(
      `The model ${id} has no check of its own. Make it with defineModel of "runcomfy-models/standard", or set check: false.`,
    );
  return id;
}

async function send(
  context: JobContext,
  model: CheckedModel | string,
  input: unknown,
  options: SubmitOptions,
): Promise<Job> {
  const { requests, poller } = context;
  const { settings } = requests;
  const { clock, log } = settings;
  const { timeoutMs = 900_000, check = true, onJob } = options;
  return underSignals([options.signal, settings.signal], async (signal) => {
    const modelId = readModelId(model, check);
    const json = await checkIntent({ model, modelId, input, signal, settings, timeoutMs }, options);
    try {
      const submission = { ...options, modelId, json, timeoutMs, signal };
      const { id, retryAfterMs = 0 } = await submit(requests, submission);
      poller.holdBack(id, clock.now() + retryAfterMs);
      const job = makeJob(context, { id, model: modelId }, true);
      if (onJob)
        await scope({ clock, ms: onJobMs }, () => callBack(log, () => onJob(job.toJSON()))).catch(() =>
          log("warn", `onJob took longer than ${onJobMs} ms; it is not waited for.`),
        );
      return job;
    } catch (error) {
      throw error instanceof NotFoundError ? await addNearest(settings, error, modelId, signal) : error;
    }
  });
}

/** The longest wait for ids like that of an unknown model. */
const suggestMs = 10_000;

/** The error of an unknown model, with the known ids that the caller's `suggest` gives. */
async function addNearest(
  { clock, suggest }: Settings,
  error: NotFoundError,
  modelId: string,
  signal: AbortSignal | undefined,
): Promise<NotFoundError> {
  if (!suggest) return error;
  const ids = await scope({ clock, ms: suggestMs, signals: [signal] }, async () => [
    ...(await suggest(modelId)),
  ]).catch(() => []);
  const hint = ids.length > 0 ? ` Did you mean ${ids.map((id) => `"${id}"`).join(" or ")}?` : "";
  return new NotFoundError(error.message + hint, { ...error, nearest: ids });
}

async function run(
  context: JobContext,
  model: CheckedModel | string,
  input: unknown,
  options: RunOptions,
): Promise<JobResult> {
  const { clock, log, timeoutMs: usualMs } = context.requests.settings;
  const { timeoutMs = usualMs, signal, cancelOnAbort, onUpdate } = options;
  const endsAt = clock.now() + timeoutMs;
  const job = await send(context, model, input, options);
  const unsubscribe = onAbort(cancelOnAbort ? signal : undefined, () => {
    // Not awaited: the caller is answered at once.
    job.cancel().then(
      ({ outcome }) => log("info", `Job ${job.id}: ${outcome} after the abort.`),
      (error: unknown) => {
        // The client's signal may abort with anything.
        const reason = error instanceof JobAbortedError ? error.cause : error;
        log("error", `Job ${job.id} may run on: ${explain(reason, String)}`);
      },
    );
  });
  return job.result({ signal, timeoutMs: Math.max(1, endsAt - clock.now()), onUpdate }).finally(unsubscribe);
}
