import { isRunComfyError } from "../../errors/errors.js";
import type { Issue } from "../../errors/issue.js";
import { explain } from "../../protocol/platform-error.js";
import { timedOut } from "../../time/scope.js";
import type { ProxyError, ProxyErrorCode } from "./proxy-wire.js";
import type { ProxySettings } from "./proxy-settings.js";

/** The HTTP status of each kind of failure. Job errors come inside a job, with status 200. */
const statuses: { readonly [code in ProxyErrorCode]?: number } = {
  unauthorized: 401,
  origin: 403,
  not_found: 404,
  request: 400,
  method: 405,
  media_type: 415,
  too_large: 413,
  input: 422,
  key_conflict: 409,
  budget: 402,
  running: 429,
  refused: 502,
  unavailable: 503,
  internal: 500,
};

/** Ends a call with an answer that a page may read. */
export class Refusal extends Error {
  readonly status: number;
  readonly error: ProxyError;

  constructor(
    code: ProxyErrorCode,
    message: string,
    more: { readonly issues?: readonly Issue[]; readonly retryAfterMs?: number } = {},
  ) {
    super(message);
    this.status = statuses[code] ?? 500;
    this.error = { code, message, ...more };
  }
}

/** The answer of no such job: the same for a handle that is damaged, invented, or another user's. */
export function jobMissing(): Refusal {
  return new Refusal("not_found", "There is no such job for this user.");
}

/** The answer of a job that was not sent, and may be. */
export function sendAgain(retryAfterMs = 5000): Refusal {
  return new Refusal(
    "unavailable",
    "The job could not be sent now, and nothing was paid. Send it again under the same key.",
    { retryAfterMs },
  );
}

/**
 * The refusal to answer with after an error. An error that is not about the page's own input goes to the log, and not to the page.
 */
export function refuse({ log }: Pick<ProxySettings, "log">, error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error === timedOut)
    return new Refusal("unavailable", "The answer took too long. Make the same call again.", {
      retryAfterMs: 2000,
    });
  log("error", `The proxy answered with a failure: ${explain(error, String)}`);
  if (!isRunComfyError(error)) return new Refusal("internal", "The server failed. Its log says why.");
  switch (error.code) {
    case "key_conflict":
      return new Refusal(
        "key_conflict",
        "This key belongs to a job with another input. Make a new key for another job.",
      );
    case "input":
      return error.issues.some(({ code }) => code === "price")
        ? new Refusal("internal", "The server failed. Its log says why.")
        : inputRefusal(error.issues);
    case "http":
    case "not_found":
      return error.status >= 500
        ? sendAgain(error.retryAfterMs)
        : new Refusal("refused", "The service refused the job. Nothing was paid.");
    case "auth":
    case "insufficient_balance":
    case "connection":
    case "response":
    case "record":
      return sendAgain(error.retryAfterMs);
    default:
      return new Refusal("internal", "The server failed. Its log says why.");
  }
}

/** The answer of an input that does not fit. */
export function inputRefusal(issues: readonly Issue[]): Refusal {
  return new Refusal("input", "The input does not fit the model.", { issues });
}
