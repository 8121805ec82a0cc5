import type { JobRef } from "../../errors/error-fields.js";
import { isRunComfyError } from "../../errors/errors.js";
import type { AnyRunComfyError, HttpError } from "../../errors/errors.js";

/** Exit codes of every command. A command that a signal ends has none: the process ends by that signal. */
export const exitCodes = {
  ok: 0,
  general: 1,
  perhapsPaid: 3,
  held: 4,
  jobFailed: 5,
  jobCancelled: 6,
  usage: 64,
  data: 65,
  noInput: 66,
  service: 69,
  output: 73,
  temporary: 75,
  auth: 77,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The meaning of each exit code, as `--help` and `--json` print it. */
export const exitMeanings: { readonly [Code in ExitCode]: string } = {
  0: "done",
  1: "any other error",
  3: "perhaps paid: the outcome of one or more paid requests is unknown",
  4: "held: the price cap, the budget or the balance does not cover the job; nothing was paid",
  5: "a job failed",
  6: "a job was cancelled",
  64: "the command or an option is wrong; nothing was paid",
  65: "the input does not fit, or the id is unknown; nothing was paid",
  66: "an input file or folder is missing; nothing was paid",
  69: "the service was not reached or did not work; nothing was paid",
  73: "output cannot be written or saved; a job that was started is paid and named",
  75: "stopped waiting, or asked to come later; a job that was started goes on",
  77: "there is no token, or the service refused it",
};

/** Facts about a CommandError; every key may be left out. */
export interface CommandErrorFields {
  /** The job that the error is about: it was accepted, and may be billed. */
  readonly job?: JobRef | undefined;
  /** Fields that `--json` prints beside the error: what is known and was made all the same. */
  readonly document?: object | undefined;
  readonly cause?: unknown;
}

/** An error that the command line itself found in its arguments or its surroundings. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exitCode: ExitCode;
  readonly job: JobRef | undefined;
  readonly document: object | undefined;

  /** @param exitCode - Default 64, usage. */
  constructor(message: string, exitCode: ExitCode = exitCodes.usage, fields: CommandErrorFields = {}) {
    super(message, "cause" in fields ? { cause: fields.cause } : undefined);
    this.exitCode = exitCode;
    this.job = fields.job;
    this.document = fields.document;
  }
}

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
