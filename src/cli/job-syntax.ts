import type { Command } from "commander";
import type { JobArgs } from "./session/job-args.js";
import type { Terminal } from "./terminal/screen.js";
import { addCommand, addSaveOptions, addServiceOptions, addWaitOptions } from "./option-groups.js";

/** Adds the commands that take a job that was started: by its request id, by its key, or the last one. */
export function addJobCommands(program: Command, terminal: Terminal): void {
  const example = "runcomfy-models";
  const status = addCommand(program, "status [request]", "show a job's status", `${example} status REQUEST`);
  finishCommand(status, terminal, "showStatus");

  const wait = addCommand(
    program,
    "wait [request]",
    "wait for a job, show or save its output",
    `${example} wait REQUEST --save videos`,
    `${example} wait --last`,
  );
  finishCommand(addModelOption(addWaitOptions(wait)), terminal, "waitForJob");

  const result = addCommand(
    program,
    "result [request]",
    "show the output of a finished job",
    `${example} result REQUEST`,
  );
  finishCommand(addModelOption(result), terminal, "showResult");

  const save = addCommand(
    program,
    "save [request]",
    "save the files of a finished job",
    `${example} save REQUEST --save videos`,
  );
  finishCommand(addModelOption(addSaveOptions(save, ".")), terminal, "saveJob");

  const cancel = addCommand(
    program,
    "cancel [request]",
    "cancel a job that is still queued",
    `${example} cancel REQUEST`,
  );
  finishCommand(cancel, terminal, "cancelJob");
}

function addModelOption(command: Command): Command {
  return command.option("--model <id>", "the job's model, for file names and messages");
}

type JobAction = "showStatus" | "waitForJob" | "showResult" | "saveJob" | "cancelJob";

function finishCommand(command: Command, terminal: Terminal, action: JobAction): void {
  command.option("--last", "the job that was started last");
  addServiceOptions(command).action(async (request: string | undefined, options: JobArgs) => {
    const commands = await import("./job/job-commands.js");
    await commands[action](terminal, request, options);
  });
}
