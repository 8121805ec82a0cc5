import type { Command } from "commander";
import type { StudioArgs } from "./commands/studio-serving.js";
import { addAddressOption, addCommand, addDirectoryOptions } from "./option-groups.js";
import type { Terminal } from "./terminal/screen.js";

/** Adds `studio`. */
export function addStudioCommand(program: Command, terminal: Terminal): void {
  const command = addCommand(
    program,
    "studio",
    "open a page in the browser to try models, run them and keep what they made",
    "runcomfy-models studio --emulate",
    "runcomfy-models studio --save pictures --max-usd 5 --assume-usd 0.50",
  )
    .option("--port <number>", "default 8788, or a free one where that is taken; 0 takes a free one")
    .option("--no-open", "do not open the browser")
    .option("--emulate", "use the built-in emulator: no token, no network, no money")
    .option("--max-usd <amount>", "what all jobs of one day may cost; jobs beyond it are held")
    .option("--assume-usd <amount>", "count this for a job whose price is unknown or a starting price");
  addDirectoryOptions(command, "runcomfy-outputs")
    .option("--upload <place>", "upload files above 4 MB to s3://bucket/prefix, as run does")
    .option(
      "--allow-dir <folder>",
      "also take inputs from this folder by their paths, and show files in it; may be repeated",
      (folder: string, before: readonly string[] | undefined) => [...(before ?? []), folder],
    );
  addAddressOption(command).action(async (options: StudioArgs) => {
    const { runStudio } = await import("./commands/studio-serving.js");
    await runStudio(terminal, options);
  });
}
