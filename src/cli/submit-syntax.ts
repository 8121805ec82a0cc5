import type { Command } from "commander";
import type { GivenFields } from "./commands/field-input.js";
import type { SubmitArgs } from "./session/job-args.js";
import { addFileOptions } from "./file-options.js";
import {
  addCommand,
  addPriceOptions,
  addServiceOptions,
  addSourceOptions,
  addWaitOptions,
} from "./option-groups.js";
import type { Terminal } from "./terminal/screen.js";

/** Adds the commands that start a job. */
export function addSubmitCommands(program: Command, terminal: Terminal): void {
  addRunCommand(program, terminal);
  addSubmitCommand(program, terminal);
  addAgainCommand(program, terminal);
}

const noWait = "do not wait: print the request id";

function addRunCommand(program: Command, terminal: Terminal): void {
  const command = addInputOptions(
    addCommand(
      program,
      "run <id> [fields...]",
      "start a job (it costs money), wait for it, show or save its output",
      ...formatInputExamples("run", " --save videos"),
    ),
  );
  addWaitOptions(command).option("--no-wait", noWait);
  addServiceOptions(command).action(async (id: string, args: string[], options: SubmitArgs) => {
    const { runModel } = await import("./commands/submission.js");
    await runModel(terminal, id, listGiven(command, args), options);
  });
}

function addSubmitCommand(program: Command, terminal: Terminal): void {
  const command = addInputOptions(
    addCommand(
      program,
      "submit <id> [fields...]",
      "start a job (it costs money) and print its request id",
      ...formatInputExamples("submit", ""),
    ),
  );
  addServiceOptions(command).action(async (id: string, args: string[], options: SubmitArgs) => {
    const { runModel } = await import("./commands/submission.js");
    await runModel(terminal, id, listGiven(command, args), { ...options, wait: false });
  });
}

function addAgainCommand(program: Command, terminal: Terminal): void {
  const command = addInputOptions(
    addCommand(
      program,
      "again <job> [fields...]",
      "run the input of a job on record, or of a manifest, once more (it costs money)",
      "runcomfy-models again REQUEST --seed 7 --save videos",
      "runcomfy-models again videos/REQUEST.json",
    ),
  );
  addWaitOptions(command).option("--no-wait", noWait);
  addServiceOptions(command).action(async (source: string, args: string[], options: SubmitArgs) => {
    const { runAgain } = await import("./commands/again.js");
    await runAgain(terminal, source, listGiven(command, args), options);
  });
}

function listGiven(command: Command, args: readonly string[]): GivenFields {
  const wait = command.parent?.commands.find((one) => one.name() === "wait");
  return { args, options: listOptions(command), waitOptions: wait ? listOptions(wait) : [] };
}

function listOptions(command: Command): readonly string[] {
  return command.options.map(({ long }) => long!);
}

function formatInputExamples(name: string, save: string): string[] {
  return [
    `runcomfy-models ${name} kling/kling-3.0/standard/text-to-video \\
      --prompt "Rain on a tin roof." --duration 5${save}`,
    `runcomfy-models ${name} wan-ai/wan-2.7/text-to-video prompt="Rain." seed=7`,
    `echo '{"prompt":"Rain."}' |
      runcomfy-models ${name} kling/kling-3.0/standard/text-to-video --input -`,
  ];
}

const fieldsHelp = `
Fields are flags, or name=value where a name is also an option above. For lists
repeat the flag; booleans are --flag and --no-flag. A field for a picture, video
or sound also takes a file: --image me.png, --image @me.png. A model's fields
are listed by:  runcomfy-models model ID`;

/** Adds the options that give and limit a model's input. Unknown options are the model's fields. */
function addInputOptions(command: Command): Command {
  command
    .addHelpText("after", fieldsHelp)
    .option(
      "--input <file>",
      'the input as JSON, from a file or "-" for standard input; fields given beside it win',
    );
  return addSourceOptions(addPriceOptions(addFileOptions(command)))
    .option("--key <text>", "a name for the job: the same key again is the same job, paid once")
    .option("--no-check", "send the input unchecked")
    .allowUnknownOption();
}
