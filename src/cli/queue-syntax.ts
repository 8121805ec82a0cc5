import type { Command } from "commander";
import type { WorkArgs } from "./batch/queue-args.js";
import { addCommand, addSaveOptions, addSourceOptions } from "./option-groups.js";
import type { Terminal } from "./terminal/screen.js";

/** Adds the command of workers, which run the rows of `batch --queue`. */
export function addQueueCommands(program: Command, terminal: Terminal): void {
  const command = addCommand(
    program,
    "work",
    "submit the rows of a queue (they cost money), wait for them, save their files",
    `runcomfy-models work --queue postgres://user@host/database --save videos`,
  )
    .requiredOption("--queue <url>", "the PostgreSQL database that the batch was started with")
    .option("--submits <number>", "paid requests at once; default 4")
    .option("--running <number>", "jobs to wait for at once; default 2000")
    .option(
      "--lease <seconds>",
      "others take over the work of a worker that is silent for so long; default 30",
    )
    .option("--upload <place>", "sign files of rows in s3://bucket/prefix, as the batch was started with")
    .option("--json", "print one JSON line on standard output for each row that has moved on")
    .option(
      "--base-url <url>",
      "another address of the service, such as the emulator's; also RUNCOMFY_BASE_URL",
    );
  addSaveOptions(addSourceOptions(command)).action(async (options: WorkArgs) => {
    const { work } = await import("./batch/queue-work.js");
    await work(terminal, options);
  });
}
