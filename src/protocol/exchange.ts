import type { SubmitPhase } from "../errors/error-fields.js";
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
  readonly failure: unknown;
  readonly status: number;
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

/** Reads what became of a request. `scrub` removes the token; `today` is the time of a service that sends no date. */
export function readExchange(exchange: Exchange, scrub: (text: string) => string, today: number): Reply {
  const { request, phase, status, failure } = exchange;
  const text = scrub(exchange.text());
  const isHtml = /html/i.test(headerOf(exchange, "content-type")) || /^\s*</.test(text.slice(0, 1000));
  const body = isHtml ? undefined : readBody(text);
  const errorCode = readErrorCode(body, status);
  const date = headerOf(exchange, "date") || null;
  return {
    request,
    phase,
    failure,
    status,
    text,
    body,
    isHtml,
    isTooLong: exchange.tooLong === true,
    errorCode,
    meaning: meaningOf(errorCode, status),
    retryAfterMs: readRetryAfter(headerOf(exchange, "retry-after"), date, today),
    date,
  };
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
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Body) : undefined;
  } catch {
    return undefined;
  }
}

/** The error code of a body: in a 2xx only `error_code` counts, since `code` may be a field of a good answer. */
function readErrorCode(body: Body | undefined, status: number): number | string | undefined {
  const isGood = status >= 200 && status < 300;
  return codeOf(body?.["error_code"]) ?? (isGood ? undefined : codeOf(body?.["code"]));
}

function codeOf(value: unknown): number | string | undefined {
  if (typeof value === "number") return value || undefined;
  return (typeof value === "string" && shorten(value, 40)) || undefined;
}

/** Codes of the service that stand for another status than their first three digits. */
const meanings: { readonly [code: string]: number } = { 400004: 401, 400002: 402 };

function meaningOf(errorCode: number | string | undefined, status: number): number {
  return meanings[String(errorCode)] ?? statusOf(errorCode, status);
}

/** The HTTP status in the first three digits of an error code such as 404001; the answer's own status where it has none. */
export function statusOf(errorCode: number | string | undefined, status: number): number {
  const leading = Math.floor(Number(errorCode) / 1000);
  return leading >= 400 && leading < 600 ? leading : status;
}
