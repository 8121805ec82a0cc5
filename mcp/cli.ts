import { createRequire } from "node:module";
import { isRunComfyError } from "runcomfy-models";
import { readFlags } from "./settings/flags.js";
import { formatHelp } from "./settings/help.js";
import { StartError, exitCodes } from "./settings/start-error.js";

/** Runs the command. Standard output belongs to the protocol; words for people go to standard error. */
async function main(args: readonly string[]): Promise<void> {
  const { values, words } = readFlags(args);
  const version = readVersion();
  if (values.help) return void process.stdout.write(formatHelp());
  if (values.version) return void process.stdout.write(`${version}\n`);
  const [command, ...rest] = words;
  if (command === undefined) {
    if (values.yes) throw new StartError("--yes belongs to allow: runcomfy-mcp allow CODE --yes.");
    const { serve } = await import("./commands/serve.js");
    return serve(values, { version, log, signal: catchSignals() });
  }
  if (command !== "allow")
    throw new StartError(`There is no command ${JSON.stringify(command)}. --help lists what there is.`);
  const others = Object.keys(values).filter((name) => name !== "yes");
  if (others.length > 0) throw new StartError(`allow takes only a code and --yes, not --${others[0]}.`);
  const { allow } = await import("./commands/allow.js");
  return allow(rest, values);
}

function log(line: string): void {
  process.stderr.write(`${line.replace(/[^\P{C}\t]/gu, " ")}\n`);
}

/** The first signal lets the server finish what it has sent, and then end by the signal; the second ends it at once. */
function catchSignals(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.once(name, () => {
      endingSignal = name;
      controller.abort(new Error(`ended by ${name}`));
    });
  return controller.signal;
}

let endingSignal: NodeJS.Signals | undefined;

function readVersion(): string {
  const manifest = import.meta.url.endsWith(".js") ? "../package.json" : "./package.json";
  return (createRequire(import.meta.url)(manifest) as { version: string }).version;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  log(`error: ${message}`);
  process.exitCode =
    error instanceof StartError
      ? error.exitCode
      : isRunComfyError(error) && error.code === "config"
        ? exitCodes.usage
        : exitCodes.general;
}
if (endingSignal !== undefined) process.kill(process.pid, endingSignal);
// Standard input of a client that was killed may stay open, and must not keep this process.
process.stdin.unref?.();
