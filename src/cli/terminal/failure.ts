import { isRunComfyError } from "../../errors/errors.js";
import { CommandError, exitCodes } from "./exit-code.js";
import type { ExitCode } from "./exit-code.js";
import { unnamedModel } from "./invocation.js";
import { plain, printJson } from "./screen.js";

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

/** The message of an error. A job that was picked up by its request id alone has no model to name, so none is named. */
export function describeError(error: unknown): string {
  return ((error as Error).message ?? String(error)).replaceAll(` of ${unnamedModel}`, "");
}

/** The JSON document that `--json` prints for an error. */
export function describeErrorAsJson(error: unknown, exitCode: number): string {
  const { name, requestId } = error as { name?: string; requestId?: string };
  const fields = isRunComfyError(error) ? error.toJSON() : { name, ...(requestId && { requestId }) };
  const whole = { ...fields, message: plain(describeError(error)), exitCode };
  return printJson({ error: whole }, (_, value) => (value === unnamedModel ? undefined : value));
}
