import { createRequire } from "node:module";
import { createInterface } from "node:readline/promises";
import { isRunComfyError } from "runcomfy-models";
import { runCommand } from "./commands/run-command.js";
import { StartError, exitCodes } from "./settings/start-error.js";

/** Prints a line for people on standard error: standard output belongs to the protocol. */
function log(line: string): void {
  process.stderr.write(`${line.replace(/[^\P{C}\t]/gu, " ")}\n`);
}

function print(text: string): void {
  process.stdout.write(text);
}

async function askAtTerminal(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
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
  await runCommand(process.argv.slice(2), {
    version: readVersion(),
    print,
    log,
    askPerson: process.stdin.isTTY && process.stderr.isTTY ? askAtTerminal : undefined,
    catchSignals,
  });
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
