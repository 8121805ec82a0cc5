import { constants } from "node:os";
import { isRunComfyError } from "../../errors/errors.js";
import type { AnyRunComfyError, HttpError } from "../../errors/errors.js";
import { CommandError, exitCodes, exitMeanings } from "./exit-code.js";
import type { ExitCode } from "./exit-code.js";
import { self, unnamedModel } from "./invocation.js";
import { plain, printJson } from "./screen.js";

/** The exit code that an error ends the command with. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommandError) return error.exitCode;
  if (!isRunComfyError(error)) return exitCodes.general;
  switch (error.code) {
    case "submit_unknown":
      return exitCodes.perhapsPaid;
    case "job_failed":
      return exitCodes.jobFailed;
    case "job_cancelled":
      return exitCodes.jobCancelled;
    case "config":
      return exitCodes.usage;
    case "input":
      return error.issues.every(({ code }) => code === "price") ? exitCodes.held : exitCodes.data;
    case "insufficient_balance":
    case "budget":
      return exitCodes.held;
    case "media":
    case "key_conflict":
    case "not_found":
      return exitCodes.data;
    case "auth":
      return exitCodes.auth;
    case "job_timeout":
      return exitCodes.temporary;
    case "http":
      return exitCodeOfStatus(error);
    case "connection":
    case "response":
    case "upload":
      return exitCodes.service;
    case "save":
      return exitCodes.output;
    case "batch":
      return isErrno(error.cause) ? exitCodes.noInput : exitCodes.data;
    case "record":
      return error.job ? exitCodes.output : exitCodes.general;
    default:
      return exitCodes.general;
  }
}

function isErrno(cause: unknown): boolean {
  return cause instanceof Error && "syscall" in cause;
}

/** The exit code for a refusal: the input's own fault, a service that asks to come later, or one that does not work. */
function exitCodeOfStatus(error: AnyRunComfyError & { readonly code: "http" }): ExitCode {
  const { status, retryAfterMs } = error as Partial<HttpError>;
  if (status === 429 || (status === 503 && retryAfterMs !== undefined)) return exitCodes.temporary;
  // A job that was rejected before, and that only the record tells of, has no status any more.
  const isOwnFault = status === undefined || [400, 405, 413, 415, 422].includes(status);
  return isOwnFault ? exitCodes.data : exitCodes.service;
}

/**
 * The message of an error, in the words of the command line: with flags in place of options, and commands in place of calls. A job that
 * was picked up by its request id alone has no model to name, so none is named.
 */
export function describeError(error: unknown): string {
  const { message, job } = Object(error) as { message?: unknown; job?: { readonly id: string } };
  return String(message ?? error)
    .replaceAll(` of ${unnamedModel}`, "")
    .replace(/\bmaxUsd\b/g, "--max-usd")
    .replace(/\bassumeUsd\b/g, "--assume-usd")
    .replaceAll("client.job(error.job)", `"${self} wait ${job?.id ?? "REQUEST"}"`);
}

/** The JSON document that `--json` prints for an error. The exit code of a command that a signal ended is the one that shells show. */
export function describeErrorAsJson(
  error: unknown,
  exitCode: ExitCode,
  signal: NodeJS.Signals | undefined,
): string {
  const { name, job } = Object(error) as { name?: string; job?: { id: string; model: string } };
  const whole = {
    ...(isRunComfyError(error) ? error.toJSON() : { name, job }),
    ...(job && { requestId: job.id }),
    message: plain(describeError(error)),
    ...(signal === undefined
      ? { exitCode, meaning: exitMeanings[exitCode] }
      : { exitCode: 128 + constants.signals[signal], meaning: `ended by ${signal}` }),
  };
  const document = error instanceof CommandError ? error.document : undefined;
  return printJson({ ...document, error: whole }, (_, value) => (value === unnamedModel ? undefined : value));
}
