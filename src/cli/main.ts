import { isRunComfyError } from "../errors/errors.js";
import { CommandError, exitCodeOf, exitCodes } from "./exit.js";
import { createProgram, isCommanderError } from "./program.js";
import { openTerminal, plain, printJson } from "./terminal.js";
import { readVersion } from "./version.js";
import { unnamedModel } from "./words.js";

/** Runs the command line; resolves to the exit code. */
async function main(words: readonly string[]): Promise<number> {
  const terminal = openTerminal();
  const isJson = words.includes("--json");
  try {
    if (words[0] === "-V" || words[0] === "--version") {
      terminal.out(await readVersion());
      return exitCodes.ok;
    }
    if (words[0] !== "emulate" && words.some((word) => tokenFlag.test(word)))
      throw new CommandError(refusedToken);
    await createProgram(terminal).parseAsync([...words], { from: "user" });
    return Number(process.exitCode ?? exitCodes.ok);
  } catch (error) {
    terminal.live("");
    const isSaid = isCommanderError(error);
    if (isSaid && error.exitCode === 0) return exitCodes.ok;
    const exitCode = isSaid ? exitCodes.usage : exitCodeOf(error);
    if (isJson) terminal.out(describeForMachines(error, exitCode));
    if (!isSaid) terminal.say(`${terminal.paint("red", "Error:")} ${plain(describeError(error))}`);
    return exitCode;
  }
}

const tokenFlag =
  /^--?(?:(?:runcomfy|access|api|auth|bearer|secret)[-_]?)*token(?:=|$)|^--?(?:runcomfy[-_]?)?api[-_]?key(?:=|$)/i;
const refusedToken = `The token is never taken from the command line: other users of this machine can read it
there, and shells write it into their history. Set RUNCOMFY_TOKEN instead.`;

/** A job that was picked up by its request id alone has no model to name. */
function describeError(error: unknown): string {
  return ((error as Error).message ?? String(error)).replaceAll(` of ${unnamedModel}`, "");
}

function describeForMachines(error: unknown, exitCode: number): string {
  const { name, requestId } = error as { name?: string; requestId?: string };
  const told = isRunComfyError(error) ? error.toJSON() : { name, ...(requestId && { requestId }) };
  const whole = { ...told, message: plain(describeError(error)), exitCode };
  return printJson({ error: whole }, (_, value) => (value === unnamedModel ? undefined : value));
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough (`| head`) is no failure, and hides none.
  if (error.code === "EPIPE") process.exit();
  process.stderr.write(`Error: Cannot write to standard output: ${error.message}\n`);
  process.exit(exitCodes.general);
});
// What is said beside the data may be lost; a job that is paid for must not end with whoever listened to it.
process.stderr.on("error", () => {});

process.exitCode = await main(process.argv.slice(2));
