import { readFlags } from "../settings/flags.js";
import { formatHelp } from "../settings/help.js";
import { StartError } from "../settings/start-error.js";
import type { Terminal } from "./allow.js";

/** The surroundings of the command. */
export interface Surroundings extends Terminal {
  readonly version: string;
  /** Writes a line to standard error. */
  readonly log: (line: string) => void;
  /** From now on, a signal that ends the process aborts the given one first. */
  readonly catchSignals: () => AbortSignal;
}

/**
 * Runs the command to its end.
 *
 * @throws StartError where its words do not fit, or the server cannot start.
 */
export async function runCommand(args: readonly string[], surroundings: Surroundings): Promise<void> {
  const { version, print, log, catchSignals } = surroundings;
  const { values, words } = readFlags(args);
  if (values.help) return print(formatHelp());
  if (values.version) return print(`${version}\n`);
  const [command, ...rest] = words;
  if (command === undefined) {
    const { serve } = await import("./serve.js");
    return serve(values, { version, log, signal: catchSignals() });
  }
  if (command !== "allow")
    throw new StartError(`There is no command ${JSON.stringify(command)}. --help lists what there is.`);
  const [flag] = Object.keys(values);
  if (flag !== undefined) throw new StartError(`allow takes only a code, not --${flag}.`);
  const { allow } = await import("./allow.js");
  return allow(rest, surroundings);
}
