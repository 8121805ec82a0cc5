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

/** An error that the command line itself found in its arguments or its surroundings. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exitCode: ExitCode;
  /** The job that continues in spite of the error, if there is one. */
  readonly requestId: string | undefined;

  /** @param exitCode - Default 64, usage. */
  constructor(message: string, exitCode: ExitCode = exitCodes.usage, requestId?: string) {
    super(message);
    this.exitCode = exitCode;
    this.requestId = requestId;
  }
}
