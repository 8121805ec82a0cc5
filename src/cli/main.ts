import { createProgram, isCommanderError } from "./program.js";
import { CommandError, exitCodes } from "./terminal/exit-code.js";
import { openTerminal, plain } from "./terminal/screen.js";
import type { Terminal } from "./terminal/screen.js";

/** Runs the command line; resolves to the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const terminal = openTerminal();
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
  const { describeError, describeErrorAsJson, exitCodeOf } = await import("./terminal/failure.js");
  const exitCode = isPrinted ? exitCodes.usage : exitCodeOf(error);
  if (isJson) terminal.out(describeErrorAsJson(error, exitCode));
  if (!isPrinted) terminal.say(`${terminal.paint("red", "Error:")} ${plain(describeError(error))}`);
  return exitCode;
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // A reader that ends early (`| head`) is not an error of this command.
  if (error.code === "EPIPE") process.exit();
  process.stderr.write(`Error: Cannot write to standard output: ${error.message}\n`);
  process.exit(exitCodes.general);
});
// Remarks may be lost; a command that waits for a paid job must not end because standard error was closed.
process.stderr.on("error", () => {});

process.exitCode = await main(process.argv.slice(2));
