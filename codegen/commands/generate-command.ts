import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import type { GenerateOptions } from "../generate/generation.js";
import { readFolderName } from "./folder-arguments.js";
import { interrupted, withInterrupt } from "./interrupts.js";
import { warnLine } from "./standard-streams.js";

/** Adds the arguments of `generate` to its command. */
export function defineGenerate(command: Command): void {
  command
    .description(
      "Reads every spec file of a folder and brings the output folder up to date with them.\n" +
        "Only files that it made itself are ever overwritten or deleted. With any error nothing is written.",
    )
    .option("--specs <folder>", "folder of the spec files", readFolderName, "specs")
    .option("--out <folder>", "folder for the generated files", readFolderName, "generated")
    .option(
      "--runtime <name>",
      "module, or path relative to --out, that the models import their types and check from",
      readRuntime,
    )
    .addOption(
      new Option(
        "--imports <form>",
        "end of imports between the files: js for Node and tsc, none for bundlers, ts for Deno",
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

async function runCommand({ watch, ...options }: GenerateOptions & { readonly watch?: true }): Promise<void> {
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
  if (/^(?:\.\.?\/[^\s"'\\]+|(?:@[\w.-]+\/)?[\w.-]+(?:\/[\w.-]+)*)$/.test(name)) return name;
  throw new InvalidArgumentError(
    "Give a module's name, or a path that starts with ./ or ../ and is relative to --out.",
  );
}
