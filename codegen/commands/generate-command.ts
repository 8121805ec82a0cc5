import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import type { GenerateOptions } from "../generate/generation.js";
import { isRuntime } from "../configuration/config.js";
import { readConfiguration, readFolderName, specsText } from "./folder-arguments.js";
import { interrupted, withInterrupt } from "./interrupts.js";
import { warnLine } from "./standard-streams.js";

interface Flags extends Partial<GenerateOptions> {
  readonly watch?: true;
}

/** Adds the arguments of `generate` to its command. */
export function defineGenerate(command: Command): void {
  command
    .description(
      "Reads every spec file of a folder and brings the output folder up to date with them.\n" +
        "It overwrites and deletes only files that it made itself. A model with an error is left out, and the exit code is 1.\n" +
        "An option that is not given comes from runcomfy.config.ts, .js or .json. Without either, --runtime and --imports are those of the last run.",
    )
    .option("--specs <folder>", specsText, readFolderName)
    .option("--out <folder>", 'folder for the generated files (default: "generated")', readFolderName)
    .option(
      "--runtime <name>",
      'module, or path relative to --out, that the models import their types and check from (default: "runcomfy-models/standard")',
      readRuntime,
    )
    .addOption(
      new Option(
        "--imports <form>",
        "ending of the imports between the files: js for Node and tsc, none for bundlers, ts for Deno",
      ).choices(["js", "none", "ts"]),
    )
    .addOption(
      new Option(
        "--check",
        "write nothing; list what is stale, missing or foreign, and exit with 1 if anything is",
      ).conflicts("watch"),
    )
    .option("--watch", "generate again whenever a spec is saved, until Ctrl-C")
    .action(runCommand);
}

async function runCommand({ watch, ...flags }: Flags): Promise<void> {
  const config = await readConfiguration();
  const options = { specs: "specs", out: "generated", ...config, ...flags };
  const { runGenerate } = await import("../generate/generation.js");
  if (watch) {
    const { watchUntilInterrupt } = await import("../generate/spec-watch.js");
    return watchUntilInterrupt({ specs: options.specs, run: () => runGenerate(options), say: warnLine });
  }
  // The writing is synchronous: a signal falls before it or after it, never in the middle.
  process.exitCode = await withInterrupt(stopAtOnce, () => runGenerate(options));
}

function stopAtOnce(): void {
  warnLine("Stopped; every generated file is whole.");
  process.exit(interrupted);
}

function readRuntime(name: string): string {
  if (isRuntime(name)) return name;
  throw new InvalidArgumentError(
    "Give a module's name, or a path that starts with ./ or ../ and is relative to --out.",
  );
}
