import { createProgram, isCommanderError } from "./program.js";
import { CommandError, exitCodeOf, exitCodes } from "./terminal/exit-code.js";
import { endBySignal, receivedSignal } from "./terminal/interrupt.js";
import { openTerminal, plain, putOnOneLine } from "./terminal/screen.js";
import type { Terminal } from "./terminal/screen.js";

/** Runs the command line; resolves to the exit code. */
async function main(terminal: Terminal, args: readonly string[]): Promise<number> {
  try {
    if (args[0] === "-V" || args[0] === "--version") {
      const { readVersion } = await import("./terminal/package-file.js");
      terminal.out(await readVersion());
      return exitCodes.ok;
    }
    if (args[0] !== "emulate" && args.some((arg) => tokenFlag.test(arg)))
      throw new CommandError(refusedToken);
    await createProgram(terminal).parseAsync([...args], { from: "user" });
    return Number(process.exitCode ?? exitCodes.ok);
  } catch (error) {
    return reportError(terminal, error, args.includes("--json"));
  }
}

const tokenFlag =
  /^--?(?:(?:runcomfy|access|api|auth|bearer|secret)[-_]?)*token(?:=|$)|^--?(?:runcomfy[-_]?)?api[-_]?key(?:=|$)/i;
const refusedToken = `The token is never taken from the command line: other users of this machine can read it
there, and shells write it into their history. Set RUNCOMFY_TOKEN instead.`;

/** Prints the error unless commander has done so; gives the exit code. */
async function reportError(terminal: Terminal, error: unknown, isJson: boolean): Promise<number> {
  terminal.live("");
  const isPrinted = isCommanderError(error);
  if (isPrinted && error.exitCode === 0) return exitCodes.ok;
  const { describeError, describeErrorAsJson } = await import("./terminal/failure.js");
  const exitCode = isPrinted ? exitCodes.usage : exitCodeOf(error);
  // The message for people goes first: standard output may be a pipe that nobody reads.
  if (!isPrinted) terminal.say(`${terminal.paint("red", "Error:")} ${plain(describeError(error))}`);
  if (isJson) {
    const text = describeErrorAsJson(error, exitCode, receivedSignal());
    // A batch prints a line for each of its events.
    terminal.out(process.argv[2] === "batch" ? putOnOneLine(text) : text);
  }
  return exitCode;
}

/** The exit code after all is written: a reader that ended early (`| head`) is an error only where a job's id is lost with it. */
async function finishOutput(terminal: Terminal, exitCode: number): Promise<number> {
  terminal.live("");
  const error = await terminal.flush();
  const job = terminal.announced();
  if (error === undefined || (error.code === "EPIPE" && !job)) return exitCode;
  const paid = job ? ` Job ${job.id} of ${job.model} is accepted and may be billed.` : "";
  terminal.say(`Error: Cannot write to standard output: ${error.message}.${paid}`);
  return exitCode === exitCodes.ok ? exitCodes.output : exitCode;
}

const terminal = openTerminal();
process.exitCode = await finishOutput(terminal, await main(terminal, process.argv.slice(2)));
const signal = receivedSignal();
if (signal !== undefined) endBySignal(signal);
