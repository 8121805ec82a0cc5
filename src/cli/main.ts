import { isRunComfyError } from "../errors.js";
import { CommandError, exitCodeOf, exitCodes } from "./exit.js";
import { createProgram, isCommanderError } from "./program.js";
import { openTerminal, plain } from "./terminal.js";

/** Runs the command line; resolves to the exit code. */
const main = async (words: readonly string[]): Promise<number> => {
  const terminal = openTerminal();
  const isEmulator = words[0] === "emulate";
  const tokenFlag = isEmulator
    ? undefined
    : words.find((word) => /^--(?:api-?)?(?:token|key)(?:=|$)/i.test(word));
  try {
    if (tokenFlag !== undefined) throw new CommandError(refusedToken);
    await createProgram(terminal).parseAsync([...words], { from: "user" });
    return Number(process.exitCode ?? exitCodes.ok);
  } catch (error) {
    terminal.live("");
    if (isCommanderError(error)) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    if (words.includes("--json"))
      terminal.out(JSON.stringify({ error: describeForMachines(error) }, null, 2));
    terminal.say(`${terminal.paint("red", "Error:")} ${plain((error as Error).message ?? String(error))}`);
    return exitCodeOf(error);
  }
};

const refusedToken = `The token is never taken from the command line: other users of this machine can read it there, and shells write it into
their history. Set RUNCOMFY_TOKEN instead.`;

const describeForMachines = (error: unknown): object => {
  if (isRunComfyError(error)) return error.toJSON();
  return { name: (error as Error).name, message: (error as Error).message, exitCode: exitCodeOf(error) };
};

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(exitCodes.ok);
  throw error;
});

process.exitCode = await main(process.argv.slice(2));
