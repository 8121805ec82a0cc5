import { isLasting, readCode, readError, shorten, statusOf } from "../protocol/answer.js";
import type { Answer, Body } from "../protocol/answer.js";
import { openApi } from "./api-client.js";
import type { Api, Draft } from "./api-client.js";
import { retryGap } from "../time/rate-limiter.js";
import type { Pace } from "../time/rate-limiter.js";
import { AuthError, ConfigError, ConnectionError } from "../errors/errors.js";
import type { JobRef } from "../errors/errors.js";
import { readAnswer, sendByFetch } from "./exchange.js";
import type { Flight, Transport } from "./exchange.js";
import type { Settings } from "../options/client-options.js";
import { pause, throwIfAborted, timedOut, within } from "../time/clock.js";
import type { Signals } from "../time/clock.js";
import type { Tokens } from "./token.js";

/** What each request adds to its address: the token, and a fetch that reads the answer itself. */
export type CallInit = {
  readonly headers: { readonly authorization: string };
  readonly fetch: (request: Request) => Promise<Response>;
};

/** Makes one request: `(api, init) => api.GET("/v1/models", init)`. */
export type MakeCall = (api: Api, init: CallInit) => Promise<unknown>;

/** What one free call needs. */
export interface Call {
  readonly make: MakeCall;
  readonly signals: Signals;
  readonly timeoutMs?: number;
  /** Named by the error. */
  readonly job?: JobRef;
  /** Whether a body is good although it has an error code. */
  readonly believes?: (body: Body) => boolean;
  /** Throws where a good answer makes no sense to who asked. */
  readonly check?: (reply: Reply) => void;
  /** Whether `ask` repeats it after an error that would else be lasting. */
  readonly forgives?: (error: unknown) => boolean;
}

/** A good answer to a free call. */
export interface Reply {
  readonly body: Body;
  readonly text: string;
  readonly retryAfterMs: number | undefined;
  readonly date: string | null;
}

/** The calls of one client. */
export interface Http {
  readonly settings: Settings;
  readonly tokens: Tokens;
  readonly pace: Pace;
  /** One request on the wire at most. Never rejects: the answer tells what became of it. */
  exchange(
    make: MakeCall,
    token: string,
    timeoutMs: number,
    signals: Signals,
    transport?: Transport,
  ): Promise<Answer>;
  /** One free request (a second one with a new token after the first was refused). Rejects with an error of this package, or the reason of an abort. */
  send(call: Call): Promise<Reply>;
  /** As `send`; passing faults are repeated, at most three times and as far as the client's budget goes. */
  ask(call: Call): Promise<Reply>;
}

/** An error of the platform as one line: `fetch failed: connect ECONNREFUSED 127.0.0.1:1`. */
export function explain(error: unknown, scrub: (text: string) => string, depth = 0): string {
  if (error === timedOut) return "time is up";
  try {
    if (!(error instanceof Error)) return shorten(scrub(String(error)));
    const deeper = error.cause instanceof Error && depth < 5;
    const cause = deeper ? `: ${explain(error.cause, scrub, depth + 1)}` : "";
    const { code = error.name } = error as { code?: unknown };
    return shorten(scrub(String(error.message || code))) + cause;
  } catch {
    // A fetch of the caller's may reject with anything.
    return "an error that says nothing";
  }
}

const badCertificate = /CERT|SIGNATURE|_SSL_|_TLS_|EPROTO/;

/** Whether a connection failed for a reason that another attempt does not mend. */
export function hasBadCertificate(failure: unknown): boolean {
  try {
    const { code, cause } = Object(failure) as { code?: unknown; cause?: { code?: unknown } };
    return badCertificate.test(`${String(code)} ${String(cause?.code)}`);
  } catch {
    // What a fetch of the caller's rejects with may refuse to be looked at; the job is paid all the same.
    return false;
  }
}

/** What stands as `cause` in our errors: the platform's own error may quote the request, token and all. */
export function causeOf(failure: unknown, why: string): Error {
  return Object.assign(new Error(why), hasBadCertificate(failure) && { code: "BAD_CERTIFICATE" });
}

/** Whether a failed call may succeed when it is made again. */
export function isPassing(error: unknown): boolean {
  const {
    code,
    status = 0,
    errorCode,
  } = Object(error) as { code?: string; status?: number; errorCode?: number };
  const meaning = statusOf(errorCode, status);
  return (
    (code === "connection" && !hasBadCertificate((error as Error).cause)) ||
    code === "response" ||
    (code === "http" && !isLasting(meaning))
  );
}

/** The calls of one client. */
export function createHttp(settings: Settings, tokens: Tokens, pace: Pace): Http {
  const { clock, requestTimeoutMs, random } = settings;
  const api = openApi(settings);
  // Our own reader is bounded and takes what is not JSON: nothing is left for openapi-fetch to read.
  const taken = new Response(null, { status: 204 });

  const exchange: Http["exchange"] = async (make, token, timeoutMs, signals, transport = sendByFetch) => {
    const flight: Flight = {
      call: "The request",
      phase: "connecting",
      status: 0,
      header: () => null,
      text: () => "",
    };
    try {
      await within(clock, timeoutMs, signals, (signal) =>
        make(api, {
          headers: { authorization: `Bearer ${token}` },
          fetch: async (request) => {
            const { url, ...init } = request as unknown as Draft;
            flight.call = `${init.method} ${url}`;
            const headers = Object.fromEntries(init.headers);
            await transport({ url, init: { ...init, headers }, settings }, flight, signal);
            return taken;
          },
        }),
      );
    } catch (error) {
      flight.failure = error;
    }
    return readAnswer(flight, tokens.scrub, clock.date());
  };

  async function send({ make, timeoutMs = requestTimeoutMs, job, believes, ...call }: Call): Promise<Reply> {
    const signals = [...call.signals, settings.signal];
    async function attempt(token: string): Promise<Reply> {
      const sentAt = clock.now();
      const answer = await exchange(make, token, timeoutMs, signals);
      const { status, retryAfterMs, date } = answer;
      // Said before the body, and so also by an answer that was cut.
      if (status === 429) pace.slow(sentAt, retryAfterMs);
      if (answer.phase !== "answered") {
        throwIfAborted(signals);
        const why = explain(answer.failure, tokens.scrub);
        throw new ConnectionError(
          `No answer to ${answer.call}: ${why}. Nothing was paid for it; try again.`,
          { job, retryAfterMs, cause: causeOf(answer.failure, why) },
        );
      }
      const { body } = answer;
      const good = body && status >= 200 && status < 300;
      if (good && (readCode(body, status) === undefined || believes?.(body))) {
        pace.recover();
        const reply = { body, text: answer.text, retryAfterMs, date };
        call.check?.(reply);
        return reply;
      }
      throw readError(answer, job);
    }
    function nameJob(error: unknown): never {
      throw error instanceof ConfigError ? new ConfigError(error.message, { job }) : error;
    }
    const token = await tokens.get(signals).catch(nameJob);
    try {
      return await attempt(token);
    } catch (error) {
      const other =
        error instanceof AuthError &&
        error.status !== 403 &&
        (await tokens.replace(token, signals).catch(nameJob));
      if (!other) throw error;
      return attempt(other);
    }
  }

  async function ask(call: Call): Promise<Reply> {
    const signals = [...call.signals, settings.signal];
    for (let failures = 0; ;) {
      // A look at a job comes with a turn of its own.
      if (pace.isSlow() && (failures > 0 || !call.job))
        await pace.turnWithin(requestTimeoutMs + pace.backlogMs(), signals, call.job);
      try {
        return await send(call);
      } catch (error) {
        // The reason may be anything, also one of our errors, or null.
        throwIfAborted(signals);
        const { retryAfterMs = 0 } = error as { retryAfterMs?: number };
        const passes = isPassing(error) || call.forgives?.(error);
        if (!passes || ++failures > 3 || retryAfterMs > requestTimeoutMs || !pace.mayRetry()) throw error;
        await pause(clock, Math.max(retryAfterMs, retryGap(failures, random)), signals);
      }
    }
  }

  return { settings, tokens, pace, exchange, send, ask };
}
