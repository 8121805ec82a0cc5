import type { JobRef } from "../errors/error-fields.js";
import { callBack } from "../options/callbacks.js";
import type { RequestEvent } from "../options/client-options.js";
import type { Settings } from "../options/settings.js";
import { longestResponseBytes } from "../protocol/body-limits.js";
import { classify } from "../protocol/classify.js";
import type { Outcome } from "../protocol/classify.js";
import { readExchange } from "../protocol/exchange.js";
import type { Body, Call, Exchange, Reply } from "../protocol/exchange.js";
import { replyError } from "../protocol/reply-error.js";
import { retryDelay } from "../time/back-off.js";
import type { RateLimiter } from "../time/rate-limiter.js";
import { pause, scope } from "../time/scope.js";
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

/** One request of any call; without a transport of its own it goes through fetch. */
export interface RequestPlan extends Partial<Pick<Outgoing, "transport" | "json" | "onSend">> {
  readonly call: Call;
  /** Makes the request: `(api, init) => api.GET("/v1/models", init)`. */
  readonly send: (api: Api, init: ApiInit) => Promise<unknown>;
  /** Ends the request, and all that `ask` does for it. */
  readonly signal: AbortSignal | undefined;
  /** Default: the client's `requestTimeoutMs`. */
  readonly timeoutMs?: number | undefined;
  /** Named by errors and events. */
  readonly job?: JobRef | undefined;
  readonly model?: string | undefined;
  /** Default 1. */
  readonly attempt?: number;
  /** Until this moment, by the client's clock, `ask` repeats a request after "no such job or model". Default: never. */
  readonly missingUntil?: number;
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
  /** One request on the wire at most. Never rejects: the reply tells what became of it. */
  exchange(plan: RequestPlan, token: string): Promise<Reply>;
  /** One free request; a second one with a new token where the first was refused. Rejects with an error of this package, or the signal's reason. */
  send(plan: RequestPlan): Promise<Answer>;
  /** As `send`; passing faults are repeated, at most three times and as far as the client's budget goes. */
  ask(plan: RequestPlan): Promise<Answer>;
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
    const { call, signal, timeoutMs: ms = requestTimeoutMs } = plan;
    const record: Exchange = {
      request: "The request",
      phase: "connecting",
      status: 0,
      header: () => null,
      text: () => "",
    };
    const startedAt = clock.now();
    try {
      await scope({ clock, ms, signals: [signal] }, (inner) => {
        const own = {
          exchange: record,
          settings,
          token,
          signal: inner,
          maxBytes: longestResponseBytes(call),
          init,
        };
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
  plan: RequestPlan,
  mostRetries: number,
): Promise<Answer> {
  const { clock, random, requestTimeoutMs } = settings;
  const { signal, job, missingUntil = -Infinity } = plan;
  let isTokenNew = false;
  for (let attempt = 1, failures = 0; ; attempt++) {
    // The caller has taken the permit for the first request about a job.
    if (mostRetries > 0 && limiter.isSlow() && (failures > 0 || !job))
      await limiter.acquireWithin(requestTimeoutMs + limiter.backlogMs(), signal, job);
    const token = await tokens.get(signal);
    const sentAt = clock.now();
    const reply = await exchange({ ...plan, attempt }, token);
    // Read from the head of the response: a 429 whose body was cut counts, too.
    if (reply.status === 429) limiter.slowDown(sentAt, reply.retryAfterMs);
    const outcome = classify(reply, plan);
    if (outcome.kind === "answered") {
      limiter.recover();
      return reply as Answer;
    }
    signal?.throwIfAborted();
    const error = replyError(reply, job);
    outcomes.set(error, outcome);
    if (outcome.repeat === "with new token" && !isTokenNew) {
      isTokenNew = (await tokens.replace(token, signal)) !== undefined;
      if (isTokenNew) continue;
    }
    const { retryAfterMs = 0 } = reply;
    const mayPass = outcome.kind === "missing" ? clock.now() < missingUntil : isPassing(error);
    if (!mayPass || ++failures > mostRetries || retryAfterMs > requestTimeoutMs || !limiter.takeRetry())
      throw error;
    await pause(clock, Math.max(retryAfterMs, retryDelay(failures, random)), signal);
  }
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
