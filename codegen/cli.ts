import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command } from "commander";

/** A command of its own file, which is loaded only when the command is called. */
interface LazyCommand {
  readonly summary: string;
  readonly load: () => Promise<(program: Command) => void>;
}

const commands = new Map<string, LazyCommand>([
  [
    "generate",
    {
      summary: "turn spec files into typed modules, an OpenAPI document and a catalogue",
      load: async () => (await import("./generate/generation.js")).registerGenerate,
    },
  ],
  [
    "import",
    {
      summary: "turn saved documentation pages into spec files",
      load: async () => (await import("./import/page-import.js")).registerImport,
    },
  ],
  [
    "sync",
    {
      summary: "write or update spec files from the live catalogue",
      load: async () => (await import("./sync/spec-sync.js")).registerSync,
    },
  ],
  [
    "diff",
    {
      summary: "show what changed between two states of the specs, and whether it breaks anyone",
      load: async () => (await import("./diff/spec-diff.js")).registerDiff,
    },
  ],
]);

/** Runs the command line. Failures that nobody foresaw are one line and exit code 1, with the stack under `DEBUG`. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command("runcomfy-codegen")
    .description("Generates typed modules for RunComfy's models from their documentation.")
    .version(readVersion())
    .showHelpAfterError("(--help lists what there is)");
  const named = argv.slice(2).find((word) => commands.has(word));
  for (const [name, { summary, load }] of commands) {
    // A command that is not called is only named, so that the others start fast.
    if (name === named) (await load())(program);
    else program.command(name).summary(summary).description(summary);
  }
  try {
    await program.parseAsync(argv);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    process.stderr.write(`error: ${message}\n`);
    if (process.env["DEBUG"] && cause instanceof Error) process.stderr.write(`${cause.stack}\n`);
    process.exitCode = 1;
  }
}

/** The version in the package's own manifest: beside the sources, or two folders above the compiled code. */
function readVersion(): string {
  const isCompiled = import.meta.url.endsWith(".js");
  const path = fileURLToPath(new URL(isCompiled ? "../../package.json" : "package.json", import.meta.url));
  return (JSON.parse(readFileSync(path, "utf8")) as { version: string }).version;
}

// A reader that has seen enough (`| head`) is no failure, and files are written to their end all the same.
process.stderr.on("error", () => {});
let isTold = false;
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE" || isTold) return;
  isTold = true;
  process.stderr.write(`error: Cannot write to standard output: ${error.message}\n`);
  process.once("exit", () => (process.exitCode ||= 1));
});

await main(process.argv);
