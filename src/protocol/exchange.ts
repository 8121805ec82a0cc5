import type { SubmitPhase } from "../errors/error-fields.js";
import { causeOf } from "./platform-error.js";
import { parseJson } from "./json-text.js";
import { readRetryAfter } from "./retry-after.js";
import { shorten } from "./text.js";

/** The calls of the service. */
export type Call = "submit" | "status" | "result" | "cancel" | "models" | "balance";

/** A JSON object as the service sends it: nothing in it can be relied on. */
export type Body = { readonly [name: string]: unknown };

/** The record of one request: how far it came, and the raw response as far as that was read. Transports write it. */
export interface Exchange {
  /** Verb and URL. */
  request: string;
  /** `"answered"`: the response is whole. */
  phase: SubmitPhase;
  status: number;
  /** A header of the response. */
  header: (name: string) => string | null | undefined;
  /** The response's body as far as it was read. */
  text: () => string;
  /** The reason why the response is not whole. */
  failure?: unknown;
  /** Set where the response was longer than the call allows. */
  tooLong?: boolean;
}

/** An exchange as the rest of the client reads it. The token is in none of its texts. */
export interface Reply {
  readonly request: string;
  readonly phase: SubmitPhase;
  /** Nothing was sent. */
  readonly isUnsent: boolean;
  readonly isWhole: boolean;
  /** The reason why the response is not whole; undefined where it is. */
  readonly cause: Error | undefined;
  /** The request fails again, however often it is made: a bad certificate, or a fault of the program before anything was sent. */
  readonly isLasting: boolean;
  readonly status: number;
  /** The status is a 2xx. */
  readonly isOk: boolean;
  readonly text: string;
  /** The JSON object in the text; undefined for a page and for what cannot be parsed. */
  readonly body: Body | undefined;
  readonly isHtml: boolean;
  readonly isTooLong: boolean;
  /** The service's own error code. */
  readonly errorCode: number | string | undefined;
  /** The HTTP status that the answer stands for: its error code decides before its HTTP status. */
  readonly meaning: number;
  readonly retryAfterMs: number | undefined;
  /** The server's own time, for telling whether answers are fresh. */
  readonly date: string | null;
}

/** Codes of the service that stand for another status than their first three digits. */
const meanings: ReadonlyMap<string, number> = new Map([
  ["400004", 401],
  ["400002", 402],
]);

/** Reads what became of a request. `scrub` removes the token; `today` is the time of a service that sends no date. */
export function readExchange(exchange: Exchange, scrub: (text: string) => string, today: number): Reply {
  const { request, phase, status, failure, tooLong: isTooLong = false } = exchange;
  const text = scrub(exchange.text());
  const isUnsent = phase === "connecting";
  const isWhole = phase === "answered";
  const cause = isWhole ? undefined : causeOf(failure, scrub);
  const isOk = status >= 200 && status < 300;
  const isHtml = /html/i.test(headerOf(exchange, "content-type")) || /^\s*</.test(text.slice(0, 1000));
  const body = isHtml ? undefined : readBody(text);
  // In a 2xx `code` may be a field of a good answer.
  const errorCode = codeOf(body?.["error_code"]) ?? (isOk ? undefined : codeOf(body?.["code"]));
  const date = headerOf(exchange, "date") || null;
  return {
    request,
    phase,
    isUnsent,
    isWhole,
    cause,
    isLasting: cause?.code !== undefined || (isUnsent && isFaultOfProgram(failure)),
    status,
    isOk,
    text,
    body,
    isHtml,
    isTooLong,
    errorCode,
    meaning: meanings.get(String(errorCode)) ?? statusOf(errorCode, status),
    retryAfterMs: readRetryAfter(headerOf(exchange, "retry-after"), date, today),
    date,
  };
}

function isFaultOfProgram(failure: unknown): boolean {
  return failure instanceof TypeError || failure instanceof ReferenceError;
}

function headerOf(exchange: Exchange, name: string): string {
  try {
    return String(exchange.header(name) ?? "");
  } catch {
    // Stand-ins for fetch may have no headers, and the request is sent and paid for already.
    return "";
  }
}

/** The JSON object in a text, or undefined. */
export function readBody(text: string): Body | undefined {
  try {
    const value = parseJson(text);
    return typeof value === "object" && value && !Array.isArray(value) ? (value as Body) : undefined;
  } catch {
    return undefined;
  }
}

function codeOf(value: unknown): number | string | undefined {
  return (typeof value === "string" ? shorten(value, 40) : typeof value === "number" && value) || undefined;
}

/** The HTTP status in the first three digits of an error code such as 404001; the answer's own status where it has none. */
export function statusOf(errorCode: number | string | undefined, status: number): number {
  const leading = Math.floor(Number(errorCode) / 1000);
  return leading >= 400 && leading < 600 ? leading : status;
}
