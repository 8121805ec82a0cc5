import type { Command } from "commander";

const json = "print one JSON document on standard output, and nothing else";

/** Adds a command with its description and examples; it prints to the program's terminal. */
export function addCommand(
  program: Command,
  name: string,
  description: string,
  ...examples: readonly string[]
): Command {
  return program
    .command(name)
    .description(description)
    .exitOverride()
    .showHelpAfterError(`(${pathOf(program)} ${name.split(" ")[0]} --help tells more)`)
    .configureOutput(program.configureOutput())
    .addHelpText("after", formatExamples(...examples));
}

/** The words that call a command. */
function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

/** Adds `--json`. */
export function addJsonOption(command: Command): Command {
  return command.option("--json", json);
}

/** Adds the options of every command that calls the service. */
export function addServiceOptions(command: Command): Command {
  return addAddressOption(addJsonOption(command));
}

/** Adds the address of the service. */
export function addAddressOption(command: Command): Command {
  return command.option(
    "--base-url <url>",
    "another address of the service, such as the emulator's; also RUNCOMFY_BASE_URL",
  );
}

/** Adds the options of every command that may pay, which limit what one job may cost. */
export function addPriceOptions(command: Command): Command {
  return command
    .option("--max-usd <amount>", "refuse a job that may cost more than this")
    .option("--assume-usd <amount>", "count this for a job whose price is unknown or a starting price");
}

/** Adds the options that say where models come from besides this package. */
export function addSourceOptions(command: Command): Command {
  return addOwnModelOptions(command)
    .option("--live", "use the service's own entries, read once a day, also for models of this package")
    .option("--refresh", "read the service's entries again now, not from the cache");
}

/** Adds the options that name models of the user's own files. */
export function addOwnModelOptions(command: Command): Command {
  return command
    .option("--catalogue <file>", "models of your own: a generated catalogue.json, or a generated module")
    .option("--specs <folder>", "models of your own: a folder of specs");
}

/** Adds the options of every command that saves files. */
export function addSaveOptions(command: Command, directory?: string): Command {
  return addDirectoryOptions(command, directory).option("--force", "replace files that exist");
}

/** Adds the place of saved files, and the hosts that they may come from. */
export function addDirectoryOptions(command: Command, directory?: string): Command {
  return command
    .option("--save <directory>", "save the files there, with a manifest beside them", directory)
    .option("--hosts <names>", 'also fetch files from these hosts, separated by commas: "*.example.com"')
    .option(
      "--allow-address <ranges>",
      "addresses that count as public, separated by commas: 198.18.0.0/15 for a VPN in fake-IP mode",
    );
}

/** Adds the options of every command that waits for a job. */
export function addWaitOptions(command: Command): Command {
  return addSaveOptions(command)
    .option("--timeout <seconds>", "stop waiting after this time, the job goes on; default 1800")
    .option("--cancel-on-interrupt", "at Ctrl-C, cancel the job if it is still queued");
}

/** The examples below a help text. */
export function formatExamples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}
