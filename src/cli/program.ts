import { Command, CommanderError } from "commander";
import type { FolderArgs } from "./session/folders.js";
import { addModelCommands } from "./model-syntax.js";
import { addSubmitCommands } from "./submit-syntax.js";
import { addBatchCommands } from "./batch-syntax.js";
import { addJobCommands } from "./job-syntax.js";
import { addQueueCommands } from "./queue-syntax.js";
import { addRecordCommands } from "./record-syntax.js";
import { addStudioCommand } from "./studio-syntax.js";
import { addToolCommands } from "./tool-syntax.js";
import { formatExamples } from "./option-groups.js";
import { exitMeanings } from "./terminal/exit-code.js";
import { layOutTable } from "./terminal/text-table.js";
import type { Terminal } from "./terminal/screen.js";

/** The command line: names, flags and help. The code of a command is loaded when the command runs, so that help starts fast. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command("runcomfy-models")
    .description("Runs RunComfy's image, video and audio models from the command line.")
    .option("-V, --version", "print the version")
    .showHelpAfterError("(runcomfy-models --help lists the commands)")
    .exitOverride()
    .configureHelp({
      subcommandTerm: (command) => `${command.name()} ${command.usage().replace("[options]", "").trim()}`,
    })
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.say(text.trimEnd()),
      outputError: (text, write) => write(text.replace(/^error: /, "Error: ")),
      getOutHelpWidth: () => Math.min(terminal.columns, 100),
      getErrHelpWidth: () => Math.min(terminal.columns, 100),
    })
    .addHelpText(
      "after",
      formatExamples(
        "runcomfy-models models video",
        "runcomfy-models model kling/kling-3.0/standard/text-to-video",
        `runcomfy-models run kling/kling-3.0/standard/text-to-video \\
      --prompt "Rain on a tin roof." --duration 5 --save .`,
        "runcomfy-models wait REQUEST --save .",
      ),
    )
    .addHelpText("after", () => describeExitCodes(Math.min(terminal.columns, 80)));
  addModelCommands(program, terminal);
  addSubmitCommands(program, terminal);
  addJobCommands(program, terminal);
  addBatchCommands(program, terminal);
  addQueueCommands(program, terminal);
  addRecordCommands(program, terminal);
  addStudioCommand(program, terminal);
  addToolCommands(program, terminal);
  return program.hook("preAction", async (_, command) => {
    const { allowDir, specs, save, results } = command.optsWithGlobals<FolderArgs>();
    const folders = { allowDir, specs, save, results };
    if (Object.values(folders).some((folder) => folder !== undefined))
      await (await import("./session/folders.js")).checkFolders(folders);
  });
}

/** True for an error that commander has already printed, and for the end of a help that was asked for. */
export function isCommanderError(error: unknown): error is CommanderError {
  return error instanceof CommanderError;
}

function describeExitCodes(columns: number): string {
  const rows = [
    ...Object.entries(exitMeanings),
    ["signal", "after Ctrl-C, SIGTERM or SIGHUP the process ends by that signal"],
  ];
  const table = layOutTable(["code", "meaning"], rows, columns - 2);
  return `\nExit codes:\n${table.replace(/^/gm, "  ")}`;
}
