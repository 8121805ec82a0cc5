import { readBody, readCode, readError, shorten, statusOf } from "./answer.js";
import type { Answer, Body } from "./answer.js";
import { readRetryAfter, retryGap } from "./backoff.js";
import type { Pace } from "./backoff.js";
import { AuthError, ConfigError, ConnectionError } from "./errors.js";
import type { JobRef } from "./errors.js";
import type { Settings } from "./options.js";
import { readText } from "./text.js";
import { pause, throwIfAborted, timedOut, within } from "./time.js";
import type { Signals } from "./time.js";
import type { Tokens } from "./token.js";

/** What one free call needs. */
export interface Call {
  /** Path and query, below `origin`. */
  readonly path: string;
  readonly method?: "GET" | "POST";
  readonly signals: Signals;
  /** Default: the configured base URL. */
  readonly origin?: string;
  readonly timeoutMs?: number;
  /** Named by the error. */
  readonly job?: JobRef;
}

/** A good answer to a free call. */
export interface Reply {
  readonly body: Body;
  readonly retryAfterMs: number | undefined;
  readonly date: string | null;
}

/** The free calls: everything but the paid POST. */
export interface Http {
  readonly settings: Settings;
  readonly tokens: Tokens;
  readonly pace: Pace;
  /** One request (a second one with a new token after the first was refused). Rejects with an error of this package, or the reason of an abort. */
  send(call: Call): Promise<Reply>;
  /** As `send`; passing faults are repeated, at most three times and as far as the client's budget goes. */
  ask(call: Call): Promise<Reply>;
}

/** What every request says of itself. No cache, no cookies, no redirects. */
export const headersFor = (token: string): { [name: string]: string } => ({
  authorization: `Bearer ${token}`,
  accept: "application/json",
  "cache-control": "no-cache",
});

/** Some workers refuse members of a request that they do not know. */
const isAccepted = (wish: RequestInit): boolean => {
  try {
    return new Request("https://localhost", wish).method === "GET";
  } catch {
    return false;
  }
};

/** The members of every request, as far as this platform takes them. */
export const plainInit = (): RequestInit => {
  const wishes = [{ cache: "no-store" }, { credentials: "omit" }] as const;
  return Object.assign({ redirect: "manual" as const }, ...wishes.filter(isAccepted));
};

/** An error of the platform as one line: `fetch failed: connect ECONNREFUSED 127.0.0.1:1`. */
export const explain = (error: unknown, scrub: (text: string) => string): string => {
  if (error === timedOut) return "time is up";
  if (!(error instanceof Error)) return shorten(scrub(String(error)));
  const cause = error.cause instanceof Error ? `: ${explain(error.cause, scrub)}` : "";
  return shorten(scrub(error.message || String((error as { code?: unknown }).code ?? error.name))) + cause;
};

/** Whether a failed call may succeed when it is made again. */
export const isPassing = (error: unknown): boolean => {
  const { code, status = 0, errorCode } = error as { code?: string; status?: number; errorCode?: number };
  const meaning = statusOf(errorCode, status);
  return (
    code === "connection" ||
    code === "response" ||
    (code === "http" && (meaning < 400 || meaning >= 500 || [408, 425, 429].includes(meaning)))
  );
};

/** The free calls of one client. */
export const createHttp = (settings: Settings, tokens: Tokens, pace: Pace): Http => {
  const { clock, baseUrl, requestTimeoutMs, random } = settings;
  const init = plainInit();

  const fetchAnswer = async (call: Call, token: string, signal: AbortSignal): Promise<Answer> => {
    const { path, method = "GET", origin = baseUrl } = call;
    const response = await (settings.fetch ?? globalThis.fetch)(origin + path, {
      ...init,
      method,
      headers: headersFor(token),
      signal,
    });
    let text = "";
    await readText(response, (piece) => (text += piece));
    return readAnswer(
      `${method} ${origin}${path}`,
      response.status,
      (name) => response.headers.get(name),
      tokens.scrub(text),
      clock.date(),
    );
  };

  const send = async (call: Call): Promise<Reply> => {
    const { timeoutMs = requestTimeoutMs, job } = call;
    const signals = [...call.signals, settings.signal];
    const attempt = async (token: string): Promise<Reply> => {
      let answer: Answer;
      try {
        answer = await within(clock, timeoutMs, signals, (signal) => fetchAnswer(call, token, signal));
      } catch (error) {
        throwIfAborted(signals);
        const why = explain(error, tokens.scrub);
        throw new ConnectionError(
          `No answer to ${call.method ?? "GET"} ${call.origin ?? baseUrl}${call.path}: ${why}. Nothing was paid for it; try again.`,
          { job, cause: new Error(why) },
        );
      }
      const { status, retryAfterMs, date } = answer;
      const body = readBody(answer.text);
      if (body && status >= 200 && status < 300 && readCode(body, status) === undefined) {
        pace.recover();
        return { body, retryAfterMs, date };
      }
      const error = readError(answer, job);
      if (status === 429) pace.slow(clock.now(), retryAfterMs);
      throw error;
    };
    const token = await tokens.get(signals).catch((error: unknown) => {
      throw error instanceof ConfigError ? new ConfigError(error.message, { job }) : error;
    });
    try {
      return await attempt(token);
    } catch (error) {
      const other =
        error instanceof AuthError && error.status !== 403 && (await tokens.replace(token, signals));
      if (!other) throw error;
      return attempt(other);
    }
  };

  const ask = async (call: Call): Promise<Reply> => {
    for (let failures = 0; ;) {
      try {
        return await send(call);
      } catch (error) {
        const { retryAfterMs = 0 } = error as { retryAfterMs?: number };
        if (!isPassing(error) || ++failures > 3 || retryAfterMs > requestTimeoutMs || !pace.mayRetry())
          throw error;
        await pause(clock, Math.max(retryAfterMs, retryGap(failures, random)), [
          ...call.signals,
          settings.signal,
        ]);
      }
    }
  };

  return { settings, tokens, pace, send, ask };
};

/** Brings an answer into the form that the rest reads. */
export const readAnswer = (
  call: string,
  status: number,
  header: (name: string) => string | null,
  text: string,
  today: number,
): Answer => ({
  call,
  status,
  text,
  html: /html/i.test(header("content-type") ?? "") || /^\s*</.test(text),
  retryAfterMs: readRetryAfter(header("retry-after"), header("date"), today),
  date: header("date"),
});
