import type { JobRef } from "../errors/error-fields.js";
import { ConfigError } from "../errors/errors.js";
import { callBack } from "../options/callbacks.js";
import type { RequestEvent } from "../options/client-options.js";
import type { Settings } from "../options/settings.js";
import { classify } from "../protocol/classify.js";
import type { About, Outcome } from "../protocol/classify.js";
import { readExchange } from "../protocol/exchange.js";
import type { Body, Call, Exchange, Reply } from "../protocol/exchange.js";
import { replyError } from "../protocol/reply-error.js";
import { retryDelay } from "../time/back-off.js";
import type { RateLimiter } from "../time/rate-limiter.js";
import { scope } from "../time/scope.js";
import { acceptedInit, createApiClient } from "./api-client.js";
import type { Api } from "./api-client.js";
import type { Tokens } from "./token.js";
import { sendByFetch } from "./transport.js";
import type { Outgoing } from "./transport.js";

/** The options of each call of openapi-fetch: it reads no data, and our record travels along. */
export type ApiInit = {
  readonly parseAs: "stream";
  readonly outgoing: Outgoing;
};

/** Makes one request: `(api, init) => api.GET("/v1/models", init)`. */
export type Send = (api: Api, init: ApiInit) => Promise<unknown>;

/** One request of any call; without a transport of its own it goes through fetch. */
export interface RequestPlan extends Partial<Pick<Outgoing, "transport" | "json" | "onSend">> {
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
}

/** A free request, which may be repeated. */
export interface FreePlan extends RequestPlan {
  /** Tells whether the body of a 2xx is a good answer although it has an error code. */
  readonly acceptsErrorBody?: About["acceptsErrorBody"];
  /** Gives an error where a good answer is not about what was asked; the request may be repeated then. */
  readonly check?: (answer: Answer) => Error | undefined;
  /** Tells `ask` whether to repeat the request after "no such job or model". */
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

/** The outcome of each error of a free request. */
const outcomes = new WeakMap<object, Outcome>();

/** The outcome that an error of a free request stands for. */
export function outcomeOf(error: unknown): Outcome | undefined {
  return outcomes.get(Object(error));
}

/** Tells whether a free request that failed so may succeed when it is made again. */
export function isPassing(error: unknown): boolean {
  return outcomeOf(error)?.repeat.startsWith("after") === true;
}

/** Makes the requests of one client. */
export function createRequests(settings: Settings, tokens: Tokens, limiter: RateLimiter): Requests {
  const { baseUrl, clock, log, onRequest, requestTimeoutMs } = settings;
  const init = acceptedInit();
  const api = createApiClient(baseUrl, init);

  async function exchange(plan: RequestPlan, token: string): Promise<Reply> {
    const { call, timeoutMs: ms = requestTimeoutMs } = plan;
    // Results and catalogues may be large.
    const maxBytes = 2 ** 18 * (call === "result" || call === "models" ? 40 : 1);
    const record: Exchange = {
      request: "The request",
      phase: "connecting",
      status: 0,
      header: () => null,
      text: () => "",
    };
    const startedAt = clock.now();
    try {
      await scope({ clock, ms, signals: [plan.signal] }, (signal) => {
        const own = { exchange: record, settings, token, signal, maxBytes, init };
        return plan.send(api, { parseAs: "stream", outgoing: { transport: sendByFetch, ...plan, ...own } });
      });
    } catch (error) {
      record.failure = error;
    }
    const reply = readExchange(record, tokens.scrub, clock.date());
    if (onRequest) void callBack(log, () => onRequest(describeEvent(plan, reply, clock.now() - startedAt)));
    return reply;
  }

  const requests: Requests = {
    settings,
    tokens,
    limiter,
    exchange,
    send: (plan) => request(requests, plan, 0),
    ask: (plan) => request(requests, plan, 3),
  };
  return requests;
}

async function request(
  { settings, tokens, limiter, exchange }: Requests,
  plan: FreePlan,
  mostRetries: number,
): Promise<Answer> {
  const { clock, random, requestTimeoutMs } = settings;
  const { signal, job } = plan;
  let isTokenNew = false;
  for (let attempt = 1, failures = 0; ; attempt++) {
    // The caller has taken the permit for the first request about a job.
    if (mostRetries > 0 && limiter.isSlow() && (failures > 0 || !job))
      await limiter.acquireWithin(requestTimeoutMs + limiter.backlogMs(), signal, job);
    const token = await tokens.get(signal).catch(failForJob(job));
    const sentAt = clock.now();
    const reply = await exchange({ ...plan, attempt }, token);
    const { retryAfterMs = 0 } = reply;
    // Said by the head of the response, and so also by one whose body was cut.
    if (reply.status === 429) limiter.slowDown(sentAt, reply.retryAfterMs);
    let outcome = classify(reply, plan);
    let error: Error | undefined;
    if (outcome.kind === "answered") {
      limiter.recover();
      error = plan.check?.(reply as Answer);
      if (!error) return reply as Answer;
      outcome = { ...outcome, kind: "fault", repeat: "after interval" };
    } else {
      signal.throwIfAborted();
      error = replyError(reply, job);
    }
    outcomes.set(error, outcome);
    if (outcome.repeat === "with new token" && !isTokenNew) {
      isTokenNew = (await tokens.replace(token, signal).catch(failForJob(job))) !== undefined;
      if (isTokenNew) continue;
    }
    const mayPass = outcome.kind === "missing" ? plan.retryOnMissing?.() : isPassing(error);
    if (!mayPass || ++failures > mostRetries || retryAfterMs > requestTimeoutMs || !limiter.takeRetry())
      throw error;
    await clock.sleep(Math.max(retryAfterMs, retryDelay(failures, random)), signal);
  }
}

/** A token function that fails while a job is waited for must not hide the job. */
function failForJob(job: JobRef | undefined): (error: unknown) => never {
  return (error) => {
    throw error instanceof ConfigError ? new ConfigError(error.message, { job }) : error;
  };
}

function describeEvent(
  { call, job, model = job?.model, attempt = 1 }: RequestPlan,
  reply: Reply,
  ms: number,
) {
  const { status, phase, retryAfterMs } = reply;
  const event = { call, model, job: job?.id, attempt, status, phase, ms, retryAfterMs };
  // JSON leaves out the members that are undefined.
  return JSON.parse(JSON.stringify(event)) as RequestEvent;
}
