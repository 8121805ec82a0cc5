import {
  AuthError,
  HttpError,
  InsufficientBalanceError,
  NotFoundError,
  ResponseError,
} from "../errors/errors.js";
import type { JobRef, SubmitPhase } from "../errors/errors.js";
import { parseJson } from "./json-text.js";

/** A JSON object as the service sends it: nothing in it can be relied on. */
export type Body = { readonly [name: string]: unknown };

/** What became of a request: its text has no token in it. */
export interface Answer {
  /** Verb and URL. */
  readonly call: string;
  /** `"answered"`: the answer is whole. */
  readonly phase: SubmitPhase;
  /** Why it is not. */
  readonly failure: unknown;
  readonly status: number;
  readonly text: string;
  /** The JSON object in the text. */
  readonly body: Body | undefined;
  readonly html: boolean;
  readonly retryAfterMs: number | undefined;
  /** The server's own time, for telling whether answers are fresh. */
  readonly date: string | null;
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

/** Text from outside on one line, at most so long, without signs that move a cursor or turn text around. */
export function shorten(text: string, length = 200): string {
  return text
    .trimStart()
    .slice(0, length * 2)
    .replace(/[\p{C}\p{Z}]+/gu, " ")
    .trim()
    .slice(0, length);
}

/** The error text under any of its names; arrays of field errors become `path: message`. */
export function describe(value: unknown, depth = 0): string {
  const inner = (item: unknown) => describe(item, depth + 1);
  if (typeof value === "string") return shorten(value);
  if (typeof value !== "object" || value === null || depth > 5) return "";
  if (Array.isArray(value)) return shorten(value.slice(0, 20).map(inner).filter(Boolean).join("; "), 600);
  const body = value as Body;
  const names = ["error_message", "message", "error", "detail", "msg"];
  const text = names.map((name) => inner(body[name])).find(Boolean) ?? "";
  if (!Array.isArray(body["loc"])) return text;
  // Not every object becomes a string without an error.
  const place = body["loc"].slice(0, 9).filter((part) => typeof part !== "object");
  return `${place.join(".")}: ${text}`;
}

function codeOf(value: unknown): number | string | undefined {
  return (
    (typeof value === "number" && value) || (typeof value === "string" && shorten(value, 40)) || undefined
  );
}

/** The service's own code: of a 2xx answer only `error_code` counts. */
export function readCode(body: Body | undefined, status: number): number | string | undefined {
  return codeOf(body?.["error_code"]) ?? (status < 300 ? undefined : codeOf(body?.["code"]));
}

/** The HTTP status that a code like 400004 stands for. */
export function statusOf(code: number | string | undefined, status: number): number {
  const leading = Math.floor(Number(code) / 1000);
  return leading >= 400 && leading < 600 ? leading : status;
}

/** Whether a refusal stays one, however often the request is made. */
export function isLasting(meaning: number): boolean {
  return meaning >= 400 && meaning < 500 && ![408, 425, 429].includes(meaning);
}

const advice: { readonly [status: number]: string } = {
  401: "Check the token: making a new one revokes the old.",
  402: "Top up the balance.",
  403: "The token is not allowed to do this.",
  404: "It does not exist, was deleted or expired.",
};

/** The error that an answer stands for; its code decides before its HTTP status. */
export function readError(answer: Answer, job?: JobRef, advises = true): HttpError | ResponseError {
  const { call, status, retryAfterMs, body } = answer;
  const errorCode = readCode(body, status);
  const excerpt = shorten(answer.text);
  if (status < 300 && errorCode === undefined) {
    return new ResponseError(`${call} answered ${status} with something that is not the expected JSON.`, {
      status,
      body: excerpt,
      retryAfterMs,
      job,
    });
  }
  const code = String(errorCode);
  const meaning = code === "400004" ? 401 : code === "400002" ? 402 : statusOf(errorCode, status);
  const Kind =
    meaning === 401 || meaning === 403
      ? AuthError
      : meaning === 402
        ? InsufficientBalanceError
        : meaning === 404
          ? NotFoundError
          : HttpError;
  const said = describe(body).replace(/\.$/, "");
  const next = advice[meaning] ?? (isLasting(meaning) ? "Correct the request." : "Try again later.");
  const hint = advises ? ` ${next}` : "";
  const wait = retryAfterMs === undefined ? "" : ` It asks to wait ${Math.ceil(retryAfterMs / 1000)} s.`;
  return new Kind(
    `${call} answered ${status}${errorCode === undefined ? "" : ` (${code})`}${said && `: ${said}`}.${wait}${hint}`,
    { status, errorCode, body: excerpt, retryAfterMs, job },
  );
}
