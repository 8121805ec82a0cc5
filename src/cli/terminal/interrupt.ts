import { constants } from "node:os";
import { isRunByNpm } from "./invocation.js";

/** Ctrl-C as an AbortSignal. */
export interface Interrupt {
  /** Aborts at the first Ctrl-C, or when the process is asked to end. */
  readonly signal: AbortSignal;
  /** Leaves Ctrl-C to the platform again. */
  readonly release: () => void;
}

/** The reason of an abort by Ctrl-C. */
class Interrupted extends Error {
  override readonly name = "Interrupted";
}

const caught = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** npm passes on a signal that the terminal has also sent to this process: one Ctrl-C arrives twice within this time, in ms. */
const sameKeyMs = isRunByNpm ? 1000 : 0;

let received: { readonly name: NodeJS.Signals; readonly at: number } | undefined;

/** The signal that asked this process to end, if one came while a command had caught it. */
export function receivedSignal(): NodeJS.Signals | undefined {
  return received?.name;
}

/** Tells whether Ctrl-C ended a call: an error about a job has the reason of the abort as its cause. */
export function isInterruption(error: unknown): boolean {
  return error instanceof Interrupted || (error instanceof Error && error.cause instanceof Interrupted);
}

/** The first Ctrl-C aborts the signal, so that the command can print how to continue; the second one ends the process at once. */
export function catchInterrupt(): Interrupt {
  const controller = new AbortController();
  function stop(name: NodeJS.Signals): void {
    const now = performance.now();
    if (received?.name === name && now - received.at < sameKeyMs) return;
    if (received) return endBySignal(name);
    received = { name, at: now };
    controller.abort(new Interrupted(`Ended by ${name}.`));
  }
  if (received) controller.abort(new Interrupted(`Ended by ${received.name}.`));
  for (const name of caught) process.on(name, stop);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of caught) process.off(name, stop);
    },
  };
}

/**
 * Ends this process by the signal instead of an exit code. A shell that runs the command in a loop goes on with the next job after an
 * exit code, and stops after a signal.
 */
export function endBySignal(name: NodeJS.Signals): void {
  // Where the signal does not end the process, its exit code says the same.
  process.exitCode = 128 + constants.signals[name];
  process.removeAllListeners(name);
  process.kill(process.pid, name);
}
