/** Exit codes of `runcomfy-mcp`: those of `runcomfy-models` that it can end with. */
export const exitCodes = {
  ok: 0,
  general: 1,
  usage: 64,
  data: 65,
  noInput: 66,
  service: 69,
  output: 73,
  auth: 77,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends the command before it serves anybody. */
export class StartError extends Error {
  override readonly name = "StartError";
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = exitCodes.usage, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
