import type { JobRef } from "../errors/error-fields.js";
import {
  AuthError,
  ConnectionError,
  HttpError,
  InsufficientBalanceError,
  NotFoundError,
  ResponseError,
} from "../errors/errors.js";
import { timedOut } from "../time/scope.js";
import { hasBadCertificate, isLastingMeaning } from "./classify.js";
import type { Reply } from "./exchange.js";
import { describeFailure, shorten } from "./text.js";

const advice: { readonly [meaning: number]: string } = {
  401: "Check the token: making a new one revokes the old.",
  402: "Top up the balance.",
  403: "The token is not allowed to do this.",
  404: "It does not exist, was deleted or expired.",
};

const classes: { readonly [meaning: number]: typeof HttpError } = {
  401: AuthError,
  402: InsufficientBalanceError,
  403: AuthError,
  404: NotFoundError,
};

/** The error that a whole response stands for. Without `advises` its message says nothing about what to do next. */
export function replyError(reply: Reply, job?: JobRef, advises = true): HttpError | ResponseError {
  const { request, status, retryAfterMs, errorCode, meaning } = reply;
  const fields = { status, body: shorten(reply.text), retryAfterMs, job };
  if (reply.isTooLong) return new ResponseError(`${request}: ${explain(reply.failure, String)}.`, fields);
  if (status < 300 && errorCode === undefined)
    return new ResponseError(
      `${request} answered ${status} with something that is not the expected JSON.`,
      fields,
    );
  const Kind = classes[meaning] ?? HttpError;
  const code = errorCode === undefined ? "" : ` (${errorCode})`;
  const said = describeFailure(reply.body).replace(/\.$/, "");
  const wait = retryAfterMs === undefined ? "" : ` It asks to wait ${Math.ceil(retryAfterMs / 1000)} s.`;
  const next = advice[meaning] ?? (isLastingMeaning(meaning) ? "Correct the request." : "Try again later.");
  return new Kind(
    `${request} answered ${status}${code}${said && `: ${said}`}.${wait}${advises ? ` ${next}` : ""}`,
    {
      ...fields,
      errorCode,
    },
  );
}

/** The error of a free request that got no whole response. */
export function noAnswerError(reply: Reply, scrub: (text: string) => string, job?: JobRef): ConnectionError {
  const { request, failure, retryAfterMs } = reply;
  const why = explain(failure, scrub);
  const hint = hintFor(failure, request);
  return new ConnectionError(`No answer to ${request}: ${why}.${hint} Nothing was paid for it; try again.`, {
    job,
    retryAfterMs,
    cause: causeOf(failure, why),
  });
}

/** A refused connection to this machine is most often an emulator that does not run. */
export function hintFor(failure: unknown, request: string): string {
  const isLocal = /^\w+ https?:\/\/(localhost|[\w.-]+\.localhost|127\.[\d.]+|\[::1\])[:/]/.test(request);
  return isLocal && explain(failure, String).includes("ECONNREFUSED")
    ? ` Is the emulator running? Start it with "npx runcomfy-models emulate".`
    : "";
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

/** The `cause` of our errors: the platform's own error may quote the request, token and all. */
export function causeOf(failure: unknown, why: string): Error {
  return Object.assign(new Error(why), hasBadCertificate(failure) && { code: "BAD_CERTIFICATE" });
}
