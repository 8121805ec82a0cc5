import { constants } from "node:os";
import { isRunComfyError } from "../../errors/errors.js";
import { CommandError, exitMeanings } from "./exit-code.js";
import type { ExitCode } from "./exit-code.js";
import { self, unnamedModel } from "./invocation.js";
import { plain, printJson } from "./screen.js";

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
