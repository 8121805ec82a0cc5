import { Command, CommanderError } from "commander";
import type { SubmitWords, JobWords } from "./commands/jobs.js";
import type { ServiceOptions } from "./session.js";
import type { Terminal } from "./terminal.js";

/** The command line: names, flags and help. What a command does is loaded when it is called, so that help is quick. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command("runcomfy-models")
    .description("Runs RunComfy's image, video and audio models from the command line.")
    .option("-V, --version", "print the version")
    .showHelpAfterError("(runcomfy-models COMMAND --help tells more)")
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
      examples(
        "runcomfy-models models video",
        "runcomfy-models model kling/kling-3.0/standard/text-to-video",
        `runcomfy-models run kling/kling-3.0/standard/text-to-video \\
      --prompt "Rain on a tin roof." --duration 5 --save .`,
        "runcomfy-models wait REQUEST --save .",
      ),
    );

  const add = (name: string, does: string, ...shown: readonly string[]): Command =>
    program
      .command(name)
      .description(does)
      .exitOverride()
      .configureOutput(program.configureOutput())
      .addHelpText("after", examples(...shown));

  add(
    "models [text...]",
    "list the models whose id, title or text holds these words",
    "runcomfy-models models",
    "runcomfy-models models image-to-video --json",
  )
    .option("--category <name>", "only models of this category")
    .option("--json", json)
    .action(async (text: string[], options: { json?: boolean; category?: string }) => {
      const { listModels } = await import("./commands/models.js");
      await listModels(terminal, text.join(" "), options);
    });

  add(
    "model <id>",
    "show a model's fields, limits and price",
    "runcomfy-models model runwayml/runway-aleph/video-to-video",
  )
    .option("--json", json)
    .action(async (id: string, options: { json?: boolean }) => {
      const { showModel } = await import("./commands/models.js");
      await showModel(terminal, id, options);
    });

  for (const name of ["run", "submit"] as const) {
    const isRun = name === "run";
    const command = add(
      `${name} <id> [fields...]`,
      isRun
        ? "start a job (it costs money), wait for it, show or save what it made"
        : "start a job (it costs money) and print its request id",
      `runcomfy-models ${name} kling/kling-3.0/standard/text-to-video \\
      --prompt "Rain on a tin roof." --duration 5${isRun ? " --save videos" : ""}`,
      `runcomfy-models ${name} wan-ai/wan-2.7/text-to-video prompt="Rain." seed=7`,
      `echo '{"prompt":"Rain."}' |
      runcomfy-models ${name} kling/kling-3.0/standard/text-to-video --input -`,
    )
      .addHelpText("after", fieldsHelp)
      .option(
        "--input <file>",
        'the input as JSON, from a file or "-" for standard input; fields given beside it win',
      )
      .option("--max-usd <amount>", "refuse a job whose estimate is over this, or unknown")
      .option("--no-check", "send the input unchecked")
      .allowUnknownOption();
    if (isRun) withWaiting(command).option("--no-wait", "do not wait: print the request id");
    withService(command).action(async (id: string, fields: string[], options: SubmitWords) => {
      const { runModel } = await import("./commands/jobs.js");
      await runModel(terminal, id, fields, isRun ? options : { ...options, wait: false });
    });
  }

  const jobCommands = [
    ["status", "look at a job once", "showStatus"],
    ["wait", "wait for a job, show or save what it made", "waitForJob"],
    ["result", "show what a finished job made", "showResult"],
    ["save", "save the files of a finished job", "saveJob"],
    ["cancel", "cancel a job that is still queued", "cancelJob"],
  ] as const;
  for (const [name, does, action] of jobCommands) {
    const saves = name === "wait" || name === "save";
    const command = add(
      `${name} <request>`,
      does,
      `runcomfy-models ${name} REQUEST${saves ? " --save videos" : ""}`,
    );
    if (name === "wait") withWaiting(command);
    if (name === "save")
      command
        .option("--save <directory>", "where the files go", ".")
        .option("--force", "replace files that exist");
    if (name !== "cancel" && name !== "status")
      command.option("--model <id>", "the job's model, for file names and messages");
    withService(command).action(async (request: string, options: JobWords) => {
      const commands = await import("./commands/jobs.js");
      await commands[action](terminal, request, options);
    });
  }

  withService(add("balance", "show what is left to spend", "runcomfy-models balance --json")).action(
    async (options: ServiceOptions) => {
      const { showBalance } = await import("./commands/jobs.js");
      await showBalance(terminal, options);
    },
  );

  withService(
    add(
      "doctor",
      "tell what is configured, from where, and whether the service answers",
      "runcomfy-models doctor",
    ),
  ).action(async (options: ServiceOptions) => {
    const { runDoctor } = await import("./commands/doctor.js");
    await runDoctor(terminal, options);
  });

  addEmulate(
    add(
      "emulate",
      "run the whole service on this machine, for free",
      "runcomfy-models emulate --port 8787",
      `runcomfy-models emulate --fault '{"route":"status","status":503,"times":2}'`,
    ),
    terminal,
  );

  add(
    "completion <shell>",
    "print a completion script for bash, zsh or fish",
    "source <(runcomfy-models completion bash)",
  ).action(async (shell: string) => {
    const { printCompletion } = await import("./commands/completion.js");
    printCompletion(terminal, shell);
  });

  program
    .command("complete", { hidden: true })
    .argument("[words...]")
    .allowUnknownOption()
    .action(async (words: string[]) => {
      const { complete } = await import("./commands/completion.js");
      const commands = program.commands
        .filter((command) => command.name() !== "complete")
        .map((command) => ({
          name: command.name(),
          flags: command.options.flatMap((option) => option.long ?? []),
        }));
      await complete(terminal, words, commands);
    });

  return program;
}

const json = "print one JSON document on standard output, and nothing else";

const fieldsHelp = `
Fields are flags, or name=value where a name is also an option above. For lists
repeat the flag; booleans are --flag and --no-flag. A model's fields are listed
by:  runcomfy-models model ID`;

function withService(command: Command): Command {
  return command
    .option("--json", json)
    .option(
      "--base-url <url>",
      "another address of the service, such as the emulator's; also RUNCOMFY_BASE_URL",
    );
}

function withWaiting(command: Command): Command {
  return command
    .option("--save <directory>", "save the files there, with a manifest beside them")
    .option("--force", "replace files that exist")
    .option("--timeout <seconds>", "give up waiting after this, the job goes on; default 1800")
    .option("--cancel-on-interrupt", "at Ctrl-C, cancel the job where it is still queued");
}

function addEmulate(command: Command, terminal: Terminal): void {
  const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];
  command
    .option("--port <number>", "default 8787; 0 takes a free one")
    .option("--host <address>", "default 127.0.0.1; one that others reach needs --allow-remote")
    .option("--allow-remote", "let other machines reach it")
    .option("--token <word>", 'the token to accept (never your real one); default "emulator-token"')
    .option("--catalogue <file>", "a catalogue.json of your own")
    .option("--queue-ms <ms>", "how long a job is queued")
    .option("--run-ms <ms>", "how long a job runs")
    .option("--concurrency <number>", "how many jobs run at once")
    .option("--spelling <word>", "documented or observed: how errors are written")
    .option("--balance <usd>", "what there is to spend at the start")
    .option("--oddities <names>", 'oddities of the live catalogue, with commas, or "all"')
    .option("--fault <json>", "a fault to inject, as JSON or @file; may be repeated", collect)
    .option("--quiet", "print no line for each request")
    .action(async (options: import("../emulator/command.js").EmulateOptions) => {
      const [{ runEmulator }, { catchInterrupt }] = await Promise.all([
        import("../emulator/command.js"),
        import("./interrupt.js"),
      ]);
      const interrupt = catchInterrupt();
      await runEmulator(options, { stdout: terminal.out, stderr: terminal.say, signal: interrupt.signal });
      interrupt.release();
    });
}

function examples(...lines: readonly string[]): string {
  return lines.length === 0 ? "" : `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}

/** Whether commander has already said what is wrong, or printed the help that was asked for. */
export function isCommanderError(error: unknown): error is CommanderError {
  return error instanceof CommanderError;
}
