import { createRequire } from "node:module";
import { Command } from "commander";
import { messageOf } from "../src/errors/error-message.js";

/** A command as the list of commands shows it, and the module that defines its arguments. */
interface LazyCommand {
  readonly summary: string;
  readonly load: () => Promise<(command: Command) => void>;
}

const commands: { readonly [name: string]: LazyCommand } = {
  init: {
    summary: "write a configuration, a first spec and the scripts of package.json",
    load: async () => (await import("./commands/init-command.js")).defineInit,
  },
  generate: {
    summary: "turn spec files into typed modules, an OpenAPI document and a catalogue",
    load: async () => (await import("./commands/generate-command.js")).defineGenerate,
  },
  import: {
    summary: "turn saved documentation pages into spec files",
    load: async () => (await import("./commands/import-command.js")).defineImport,
  },
  sync: {
    summary: "write or update spec files from the live catalogue",
    load: async () => (await import("./commands/sync-command.js")).defineSync,
  },
  diff: {
    summary: "show what changed between two states of the specs, and whether it breaks anyone",
    load: async () => (await import("./commands/diff-command.js")).defineDiff,
  },
};

/** Runs the command line. An error that no command expects is one line and exit code 1, with the stack under `DEBUG`. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command("runcomfy-codegen")
    .description("Generates typed modules for RunComfy's models from their documentation.")
    .version(readVersion())
    .showHelpAfterError("(--help lists what there is)");
  const named = argv.slice(2).find((word) => Object.hasOwn(commands, word));
  for (const [name, { summary, load }] of Object.entries(commands)) {
    const command = program.command(name).summary(summary).description(summary);
    // The arguments of a command that is not called are not loaded, so that the others start fast.
    if (name === named) (await load())(command);
  }
  try {
    await program.parseAsync(argv);
  } catch (cause) {
    const message = messageOf(cause);
    process.stderr.write(`error: ${message}\n`);
    if (process.env["DEBUG"] && cause instanceof Error) process.stderr.write(`${cause.stack}\n`);
    process.exitCode = 1;
  }
}

/** Reads the version of the package, whose manifest is beside the sources, or two folders above the compiled code. */
function readVersion(): string {
  const isCompiled = import.meta.url.endsWith(".js");
  const manifest = isCompiled ? "../../package.json" : "./package.json";
  return (createRequire(import.meta.url)(manifest) as { version: string }).version;
}

/**
 * Ends the command without an error where the reader of its output has closed the pipe (`| head`); files are still written to their
 * end.
 */
function tolerateClosedStreams(): void {
  let isTold = false;
  process.stderr.on("error", () => {});
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE" || isTold) return;
    isTold = true;
    process.stderr.write(`error: Cannot write to standard output: ${error.message}\n`);
    process.once("exit", () => (process.exitCode ||= 1));
  });
}

tolerateClosedStreams();
await main(process.argv);
