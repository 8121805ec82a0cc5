import type { JobRef } from "../../errors/error-fields.js";

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
