import { exitCodes } from "./exit-code.js";

/** Ctrl-C as an AbortSignal. */
export interface Interrupt {
  /** Aborts at the first Ctrl-C, or when the process is asked to end. */
  readonly signal: AbortSignal;
  /** Gives Ctrl-C back to the process. */
  readonly release: () => void;
}

/** The reason of an abort by Ctrl-C. */
class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** Tells whether Ctrl-C ended a call: an error about a job has the reason of the abort as its cause. */
export function isInterruption(error: unknown): boolean {
  return error instanceof Interrupted || (error instanceof Error && error.cause instanceof Interrupted);
}

/** The first Ctrl-C aborts the signal, so that the command can print how to continue; the second one ends the process at once. */
export function catchInterrupt(): Interrupt {
  const controller = new AbortController();
  function stop(): void {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort(new Interrupted("Interrupted."));
  }
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  return {
    signal: controller.signal,
    release: () => {
      process.off("SIGINT", stop);
      process.off("SIGTERM", stop);
    },
  };
}
