import type { JobRef } from "../errors/error-fields.js";
import { ConfigError } from "../errors/errors.js";
import { callBack } from "../options/callbacks.js";
import type { Settings } from "../options/settings.js";
import { classify } from "../protocol/classify.js";
import type { About, Outcome } from "../protocol/classify.js";
import { readExchange } from "../protocol/exchange.js";
import type { Body, Call, Exchange, Reply } from "../protocol/exchange.js";
import { noAnswerError, replyError } from "../protocol/reply-error.js";
import { retryDelay } from "../time/back-off.js";
import type { RateLimiter } from "../time/rate-limiter.js";
import { scope } from "../time/scope.js";
import { acceptedInit, createApiClient } from "./api-client.js";
import type { Api } from "./api-client.js";
import type { Tokens } from "./token.js";
import { sendByFetch } from "./transport.js";
import type { Outgoing, Transport } from "./transport.js";

/** The options of each call of openapi-fetch: it reads no data, and our record travels along. */
export type ApiInit = {
  readonly parseAs: "stream";
  readonly outgoing: Outgoing;
};

/** Makes one request: `(api, init) => api.GET("/v1/models", init)`. */
export type Send = (api: Api, init: ApiInit) => Promise<unknown>;

/** One request of any call. */
export interface RequestPlan {
  readonly call: Call;
  readonly send: Send;
  readonly signal: AbortSignal;
  /** Default: the client's `requestTimeoutMs`. */
  readonly timeoutMs?: number | undefined;
  /** Named by errors and events. */
  readonly job?: JobRef | undefined;
  readonly model?: string | undefined;
  /** Default 1. */
  readonly attempt?: number;
  /** Default: fetch. */
  readonly transport?: Transport | undefined;
  readonly json?: string | undefined;
  readonly onSend?: (() => unknown) | undefined;
}

/** A free request, which may be repeated. */
export interface FreePlan extends RequestPlan {
  /** Tells whether the body of a 2xx is a good answer although it has an error code. */
  readonly acceptsErrorBody?: About["acceptsErrorBody"];
  /** Gives an error where a good answer is not about what was asked; the request may be repeated then. */
  readonly check?: (answer: Answer) => Error | undefined;
  /** Whether `ask` repeats the request after "no such job or model". */
  readonly retryOnMissing?: () => boolean;
}

/** A good answer to a free request. */
export interface Answer extends Reply {
  readonly body: Body;
}

/** The requests of one client. */
export interface Requests {
  readonly settings: Settings;
  readonly tokens: Tokens;
  readonly limiter: RateLimiter;
  /** One request on the wire at most. Rejects only where the token function fails: the reply tells what became of it. */
  exchange(plan: RequestPlan, token: string): Promise<Reply>;
  /** One free request; a second one with a new token where the first was refused. Rejects with an error of this package, or the signal's reason. */
  send(plan: FreePlan): Promise<Answer>;
  /** As `send`; passing faults are repeated, at most three times and as far as the client's budget goes. */
  ask(plan: FreePlan): Promise<Answer>;
}

/** Larger bounds for results and catalogues; all other answers are small. In bytes after decoding. */
const maxBytes: { readonly [name in Call]: number } = {
  submit: 2 ** 18,
  status: 2 ** 18,
  cancel: 2 ** 18,
  balance: 2 ** 18,
  result: 10 * 2 ** 20,
  models: 10 * 2 ** 20,
};

/** The outcome of each error of a free request. */
const outcomes = new WeakMap<object, Outcome>();

const notUnderstood: Outcome = {
  kind: "not_understood",
  charged: "no",
  repeat: "after interval",
  id: undefined,
  isEvidence: false,
};

function mark(error: Error, outcome: Outcome): Error {
  outcomes.set(error, outcome);
  return error;
}

/** The outcome that an error of a free request stands for. */
export function outcomeOf(error: unknown): Outcome | undefined {
  return outcomes.get(Object(error));
}

/** Whether a free request that failed so may succeed when it is made again. */
export function isPassing(error: unknown): boolean {
  const repeat = outcomeOf(error)?.repeat;
  return repeat === "after interval" || repeat === "after Retry-After";
}

/** Makes the requests of one client. */
export function createRequests(settings: Settings, tokens: Tokens, limiter: RateLimiter): Requests {
  const { clock, requestTimeoutMs, random, log, onRequest } = settings;
  const init = acceptedInit();
  const api = createApiClient(settings.baseUrl, init);

  async function exchange(plan: RequestPlan, token: string): Promise<Reply> {
    const { call, transport = sendByFetch, json, onSend, timeoutMs = requestTimeoutMs } = plan;
    const record: Exchange = {
      request: "The request",
      phase: "connecting",
      status: 0,
      header: () => null,
      text: () => "",
    };
    const startedAt = clock.now();
    try {
      await scope({ clock, ms: timeoutMs, signals: [plan.signal] }, (signal) => {
        const outgoing = {
          exchange: record,
          settings,
          token,
          signal,
          maxBytes: maxBytes[call],
          json,
          onSend,
          transport,
          init,
        };
        return plan.send(api, { parseAs: "stream", outgoing });
      });
    } catch (error) {
      record.failure = error;
    }
    const reply = readExchange(record, tokens.scrub, clock.date());
    if (onRequest) void callBack(log, () => onRequest(describeEvent(plan, reply, clock.now() - startedAt)));
    return reply;
  }

  async function sendOnce(plan: FreePlan, token: string): Promise<Answer> {
    const sentAt = clock.now();
    const reply = await exchange(plan, token);
    // Said by the head of the response, and so also by one whose body was cut.
    if (reply.status === 429) limiter.slowDown(sentAt, reply.retryAfterMs);
    const outcome = classify(reply, plan);
    if (outcome.kind === "answered") {
      limiter.recover();
      const problem = plan.check?.(reply as Answer);
      if (!problem) return reply as Answer;
      throw mark(problem, notUnderstood);
    }
    if (reply.phase !== "answered") plan.signal.throwIfAborted();
    const isUnanswered = reply.phase !== "answered" && !reply.isTooLong;
    throw mark(
      isUnanswered ? noAnswerError(reply, tokens.scrub, plan.job) : replyError(reply, plan.job),
      outcome,
    );
  }

  async function send(plan: FreePlan): Promise<Answer> {
    const { signal, job } = plan;
    const token = await tokens.get(signal).catch((error: unknown) => failForJob(error, job));
    try {
      return await sendOnce(plan, token);
    } catch (error) {
      if (outcomeOf(error)?.repeat !== "with new token") throw error;
      const other = await tokens.replace(token, signal).catch((reason: unknown) => failForJob(reason, job));
      if (other === undefined) throw error;
      return sendOnce({ ...plan, attempt: 2 }, other);
    }
  }

  async function ask(plan: FreePlan): Promise<Answer> {
    const { signal, job } = plan;
    for (let failures = 0; ;) {
      // The caller has taken the permit for the first request about a job.
      if (limiter.isSlow() && (failures > 0 || !job))
        await limiter.acquireWithin(requestTimeoutMs + limiter.backlogMs(), signal, job);
      try {
        return await send(plan);
      } catch (error) {
        // Its reason may be anything, also one of our errors, or null.
        signal.throwIfAborted();
        const { retryAfterMs = 0 } = error as { retryAfterMs?: number };
        const isMissing = outcomeOf(error)?.kind === "missing" && plan.retryOnMissing?.() === true;
        const mayPass = isPassing(error) || isMissing;
        if (!mayPass || ++failures > 3 || retryAfterMs > requestTimeoutMs || !limiter.takeRetry())
          throw error;
        await clock.sleep(Math.max(retryAfterMs, retryDelay(failures, random)), signal);
      }
    }
  }

  return { settings, tokens, limiter, exchange, send, ask };
}

/** A token function that fails while a job is waited for must not hide the job. */
function failForJob(error: unknown, job: JobRef | undefined): never {
  throw error instanceof ConfigError ? new ConfigError(error.message, { job }) : error;
}

function describeEvent(plan: RequestPlan, reply: Reply, ms: number) {
  const model = plan.model ?? plan.job?.model;
  const { retryAfterMs } = reply;
  return {
    call: plan.call,
    ...(model !== undefined && { model }),
    ...(plan.job && { job: plan.job.id }),
    attempt: plan.attempt ?? 1,
    status: reply.status,
    phase: reply.phase,
    ms,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}
