import type { Command } from "commander";
import { printLine, warnLine } from "./standard-streams.js";

/** Adds the description of `init` to its command. */
export function defineInit(command: Command): void {
  command
    .description(
      "Writes a configuration, a first spec and the scripts of package.json into this folder.\n" +
        "Files that are there already are left as they are.",
    )
    .action(runCommand);
}

async function runCommand(): Promise<void> {
  const { writeStarterFiles } = await import("../init/starter-files.js");
  for (const { path, state, reason } of writeStarterFiles(process.cwd())) {
    if (reason === undefined) printLine(`${state} ${path}`);
    else warnLine(`left ${path} as it is. ${reason}`);
  }
  warnLine("Next: npx runcomfy-codegen generate");
}
