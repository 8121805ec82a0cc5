import type { Command } from "commander";
import { findSpecs, readFolderName, specsText } from "./folder-arguments.js";
import { interrupted, withInterrupt } from "./interrupts.js";
import { localDay } from "./local-day.js";
import { printLine, readStandardInput, warnLine } from "./standard-streams.js";

/** Adds the arguments of `import` to its command. */
export function defineImport(command: Command): void {
  command
    .description(
      "Reads saved documentation pages (text, markdown or HTML, in any language) and writes a spec file for each.\n" +
        "Where the spec exists already, it takes the page's facts, keeps your wording and lists what changed.",
    )
    .argument("<pages...>", "saved pages; - reads standard input")
    .option("--specs <folder>", specsText, readFolderName)
    .action(runCommand);
}

async function runCommand(files: string[], flags: { readonly specs?: string }): Promise<void> {
  const { importPages } = await import("../import/page-import.js");
  const specs = await findSpecs(flags.specs);
  const stop = new AbortController();
  function interrupt(): void {
    stop.abort();
    process.stdin.destroy();
  }
  try {
    const { exitCode } = await withInterrupt(interrupt, () =>
      importPages({
        files,
        specs,
        stdin: readStandardInput,
        today: localDay(new Date()),
        print: printLine,
        warn: warnLine,
        signal: stop.signal,
      }),
    );
    process.exitCode = exitCode;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    warnLine("Stopped; every spec file is whole.");
    process.exitCode = interrupted;
  }
}
