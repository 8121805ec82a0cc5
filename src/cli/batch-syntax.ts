import type { Command } from "commander";
import type { BatchArgs } from "./batch/batch.js";
import type { ServiceArgs } from "./session/job-args.js";
import { addFileOptions } from "./file-options.js";
import {
  addAddressOption,
  addCommand,
  addDirectoryOptions,
  addServiceOptions,
  addSourceOptions,
} from "./option-groups.js";
import type { Terminal } from "./terminal/screen.js";

/** Adds `batch` and its parts. */
export function addBatchCommands(program: Command, terminal: Terminal): void {
  const batch = addCommand(
    program,
    "batch",
    "run a job for each row of a CSV or JSON lines file (it costs money); the same command goes on after a crash",
    "runcomfy-models batch wan-ai/wan-2.7/text-to-video prompts.csv --check",
    `runcomfy-models batch wan-ai/wan-2.7/text-to-video prompts.csv \\
      --save videos --max-usd 40 --assume-usd 0.50`,
    "runcomfy-models batch status prompts.csv",
  )
    .argument("<model>", "a model's id")
    .argument("<file>", "the rows: columns are fields, a column key names the rows; - for standard input")
    .usage("[options] <model> <file>")
    .option("--check", "check all rows and send nothing")
    .option("--queue <url>", "let workers run the rows (see work), which share this PostgreSQL database");
  addRunOptions(batch).action(async (model: string, file: string, options: BatchArgs) => {
    const { startBatch } = await import("./batch/batch.js");
    await startBatch(terminal, model, file, options);
  });
  addRetryCommand(batch, terminal);
  addResolvingCommands(batch, terminal);
}

function addRunOptions(command: Command): Command {
  command
    .option("--max-usd <amount>", "what all rows together may cost, over all runs; rows beyond it are held")
    .option("--assume-usd <amount>", "count this for a row whose price is unknown or a starting price");
  addSourceOptions(addFileOptions(addDirectoryOptions(command)))
    .option("--yes", "do not ask before paying")
    .option("--submits <number>", "paid requests at the same time; default 4")
    .option("--running <number>", "jobs at the same time; default 32")
    .option("--timeout <seconds>", "stop waiting for a job after this time; default a day")
    .option("--fetch-missing", "fetch files again that were saved and are gone")
    .option("--results <file>", "the table of results; default beside the rows, as prompts.results.csv")
    .option("--format <word>", "csv or jsonl; default by the name of the file");
  return addAddressOption(command.option("--json", "print a line of JSON for each event on standard output"));
}

function addRetryCommand(batch: Command, terminal: Terminal): void {
  const retry = addCommand(
    batch,
    "retry <file>",
    "run a batch again, with another job for each row that failed (it costs money)",
    "runcomfy-models batch retry prompts.csv --failed --save videos --max-usd 40",
  ).option("--failed", "required: take the rows that failed, were cancelled or were rejected");
  addRunOptions(retry).action(async (file: string, _options: BatchArgs, command: Command) => {
    const { retryBatch } = await import("./batch/batch.js");
    await retryBatch(terminal, file, command.optsWithGlobals());
  });
}

function addResolvingCommands(batch: Command, terminal: Terminal): void {
  const status = addCommand(
    batch,
    "status <file>",
    "show the rows by state, and those that were perhaps paid",
    "runcomfy-models batch status prompts.csv",
  );
  addServiceOptions(status).action(async (file: string, _options: ServiceArgs, command: Command) => {
    const { showBatchStatus } = await import("./batch/batch-resolving.js");
    await showBatchStatus(terminal, file, command.optsWithGlobals());
  });
  const accept = addCommand(
    batch,
    "accept <file> <key> <request>",
    "say that a row that was perhaps paid is the job with this request id",
    "runcomfy-models batch accept prompts.csv KEY REQUEST",
  );
  addServiceOptions(accept).action(
    async (file: string, key: string, request: string, _options: ServiceArgs, command: Command) => {
      const { acceptRow } = await import("./batch/batch-resolving.js");
      await acceptRow(terminal, file, key, request, command.optsWithGlobals());
    },
  );
  const refuse = addCommand(
    batch,
    "refuse <file> <key> [request]",
    "say that a row that was perhaps paid was not paid: the next run sends it; with a request id, take an accept back",
    "runcomfy-models batch refuse prompts.csv KEY",
    "runcomfy-models batch refuse prompts.csv KEY REQUEST",
  );
  addServiceOptions(refuse).action(
    async (
      rows: string,
      key: string,
      requestId: string | undefined,
      _options: ServiceArgs,
      command: Command,
    ) => {
      const { refuseRow } = await import("./batch/batch-resolving.js");
      await refuseRow(terminal, { rows, key, requestId }, command.optsWithGlobals());
    },
  );
}
