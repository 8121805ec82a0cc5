import { isRunComfyError } from "../errors/errors.js";

/** Exit codes, the same as those of the vendor's own command line. */
export const exitCodes = {
  ok: 0,
  general: 1,
  usage: 64,
  data: 65,
  noInput: 66,
  service: 69,
  temporary: 75,
  auth: 77,
  /** A second Ctrl-C. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A mistake of the caller or of the surroundings that the command line itself found. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exitCode: ExitCode;
  /** The job that goes on, where there is one. */
  readonly requestId: string | undefined;

  /** @param exitCode - Default 64, usage. */
  constructor(message: string, exitCode: ExitCode = exitCodes.usage, requestId?: string) {
    super(message);
    this.exitCode = exitCode;
    this.requestId = requestId;
  }
}

/** The exit code that an error ends the command with. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommandError) return error.exitCode;
  if (!isRunComfyError(error)) return exitCodes.general;
  switch (error.code) {
    case "config":
      return exitCodes.usage;
    case "input":
    case "media":
    case "not_found":
      return exitCodes.data;
    case "auth":
      return exitCodes.auth;
    case "job_timeout":
      return exitCodes.temporary;
    case "http":
      return "status" in error && error.status === 429 ? exitCodes.temporary : exitCodes.service;
    case "connection":
    case "response":
    case "insufficient_balance":
    case "submit_unknown":
      return exitCodes.service;
    default:
      return exitCodes.general;
  }
}
