import type { CommandNames } from "./commands/completion.js";
import { Option } from "commander";
import type { Command } from "commander";
import type { EmulateOptions } from "../emulator/command.js";
import type { ServiceArgs } from "./session/job-args.js";
import { CommandError } from "./terminal/exit-code.js";
import type { Terminal } from "./terminal/screen.js";
import type { SourceArgs } from "./models/own-models.js";
import { addCommand, addOwnModelOptions, addServiceOptions } from "./option-groups.js";

/** Adds the commands that concern the account, this machine and the shell. */
export function addToolCommands(program: Command, terminal: Terminal): void {
  addBalanceCommand(program, terminal);
  addDoctorCommand(program, terminal);
  addEmulateCommand(program, terminal);
  addCompletionCommand(program, terminal);
  addCompleteCommand(program, terminal);
}

function addBalanceCommand(program: Command, terminal: Terminal): void {
  const example = "runcomfy-models balance --json";
  const command = addCommand(program, "balance", "show the balance of the account", example);
  addServiceOptions(command).action(async (options: ServiceArgs) => {
    const { showBalance } = await import("./commands/balance.js");
    await showBalance(terminal, options);
  });
}

function addDoctorCommand(program: Command, terminal: Terminal): void {
  const description = "show the configuration, its sources, and whether the service answers";
  const command = addCommand(program, "doctor", description, "runcomfy-models doctor");
  addServiceOptions(command).action(async (options: ServiceArgs) => {
    const { runDoctor } = await import("./commands/doctor.js");
    await runDoctor(terminal, options);
  });
}

function addEmulateCommand(program: Command, terminal: Terminal): void {
  const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];
  const command = addCommand(
    program,
    "emulate",
    "run the whole service on this machine, for free",
    "runcomfy-models emulate --port 8787",
    `runcomfy-models emulate --fault '{"route":"status","status":503,"times":2}'`,
  )
    .option("--port <number>", "default 8787; 0 takes a free one")
    .option("--host <address>", "default 127.0.0.1; one that others reach needs --allow-remote")
    .option("--allow-remote", "let other machines reach it")
    .option("--allow-host <name...>", "serve requests for this name, and from its pages")
    .option("--token <word>", 'the token to accept (never your real one); default "emulator-token"');
  addOwnModelOptions(command)
    .option("--queue-ms <ms>", "the time that a job is queued; default 250")
    .option("--run-ms <ms>", "the time that a job runs; default 1000")
    .option("--concurrency <number>", "the number of jobs that run at once; default 8")
    .option("--wire-format <word>", "the form of errors and results: documented (default) or observed")
    .option("--balance <usd>", "the balance at the start, in US dollars; default 100")
    .option("--quirks <names>", 'quirks of the live catalogue, separated by commas, or "all"')
    .option("--fault <json>", "a fault to inject, as JSON or @file; may be repeated", collect)
    .option("--quiet", "print no line for each request")
    .addOption(refuseOldName("--spelling", "--wire-format"))
    .addOption(refuseOldName("--oddities", "--quirks"))
    .action((options: EmulateOptions & SourceArgs) => emulate(terminal, options));
}

/** A hidden option that names its successor. */
function refuseOldName(name: string, newName: string): Option {
  return new Option(`${name} [value]`)
    .hideHelp()
    .preset("")
    .argParser(() => {
      throw new CommandError(`emulate has no option ${name}. Did you mean ${newName}?`);
    });
}

async function emulate(
  terminal: Terminal,
  { catalogue, specs, ...options }: EmulateOptions & SourceArgs,
): Promise<void> {
  const [{ runEmulator }, { catchInterrupt }, { readOwnModels, tellBroken }] = await Promise.all([
    import("../emulator/command.js"),
    import("./terminal/interrupt.js"),
    import("./models/own-models.js"),
  ]);
  const own = await readOwnModels({ catalogue, specs });
  if (own) tellBroken(terminal, own);
  const settings = { ...options, ...(own && { models: [...own.models.values()] }) };
  const interrupt = catchInterrupt();
  await runEmulator(settings, { stdout: terminal.out, stderr: terminal.say, signal: interrupt.signal });
  interrupt.release();
}

function addCompletionCommand(program: Command, terminal: Terminal): void {
  const description = "print a completion script for bash, zsh or fish";
  const example = "source <(runcomfy-models completion bash)";
  addCommand(program, "completion <shell>", description, example).action(async (shell: string) => {
    const { printCompletion } = await import("./commands/completion.js");
    printCompletion(terminal, shell);
  });
}

/** Adds the hidden command that the completion scripts call. */
function addCompleteCommand(program: Command, terminal: Terminal): void {
  program
    .command("complete", { hidden: true })
    .argument("[words...]")
    .allowUnknownOption()
    .action(async (words: string[]) => {
      const { complete } = await import("./commands/completion.js");
      await complete(terminal, words, listCommands(program));
    });
}

function listCommands(program: Command): CommandNames[] {
  return program.commands
    .filter((command) => command.name() !== "complete")
    .map((command) => {
      const options = command.options.filter(({ hidden }) => !hidden);
      return {
        name: command.name(),
        flags: options.flatMap(({ long }) => long ?? []),
        flagsWithValue: options.flatMap(({ long, required }) => (required && long) || []),
        parts: listCommands(command),
      };
    });
}
