import { readFlags } from "../settings/flags.js";
import { formatHelp } from "../settings/help.js";
import { StartError } from "../settings/start-error.js";

/** The surroundings of the command. */
export interface Surroundings {
  readonly version: string;
  /** Writes to standard output, which belongs to the protocol while the command serves. */
  readonly print: (text: string) => void;
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
    if (values.yes) throw new StartError("--yes belongs to allow: runcomfy-mcp allow CODE --yes.");
    const { serve } = await import("./serve.js");
    return serve(values, { version, log, signal: catchSignals() });
  }
  if (command !== "allow")
    throw new StartError(`There is no command ${JSON.stringify(command)}. --help lists what there is.`);
  const others = Object.keys(values).filter((name) => name !== "yes");
  if (others.length > 0) throw new StartError(`allow takes only a code and --yes, not --${others[0]}.`);
  const { allow } = await import("./allow.js");
  return allow(rest, values, print);
}
