import type { Command } from "commander";
import { Option } from "commander";
import type { Kind } from "../diff/comparison.js";
import type { DiffOptions } from "../diff/spec-diff.js";
import { findSpecs, readFolderName, readStateName, specsText } from "./folder-arguments.js";
import { printLine, warnLine } from "./standard-streams.js";

/** The kinds of change, the gravest first. A copy, so that the help text loads no other module. */
const kinds = ["breaking", "compatible", "wording"] as const satisfies readonly Kind[];

interface Flags {
  readonly specs?: string;
  readonly json?: true;
  readonly failOn?: Kind;
}

/** Adds the arguments of `diff` to its command. */
export function defineDiff(command: Command): void {
  command
    .description(
      "Compares two folders of specs, or two commits of one folder. Without arguments it compares the last commit with the files on disk.\n" +
        "Each change is breaking (code that worked stops working), compatible or wording.",
    )
    .argument("[old]", "folder, commit, branch or tag (default: the last commit)", readStateName)
    .argument("[new]", "folder, commit, branch or tag (default: the files on disk)", readStateName)
    .option("--specs <folder>", specsText, readFolderName)
    .option("--json", "print one JSON document")
    .addOption(
      new Option(
        "--fail-on <kind>",
        "exit with 1 where there is a change of this kind, or a more serious one",
      ).choices(kinds),
    )
    .action(async (from: string | undefined, to: string | undefined, flags: Flags) => {
      process.exitCode = await runCommand({ from, to, specs: await findSpecs(flags.specs) }, flags);
    });
}

async function runCommand(options: DiffOptions, { json, failOn }: Flags): Promise<0 | 1> {
  const [{ diffSpecs, isReached }, { describeComparison, printJson }, { printable }] = await Promise.all([
    import("../diff/spec-diff.js"),
    import("../diff/diff-report.js"),
    import("../text/terminal-text.js"),
  ]);
  const comparison = diffSpecs(options);
  for (const { id, in: where, reason } of comparison.unreadable)
    warnLine(printable(`${id}.json of ${where} could not be compared: ${reason}`));
  printLine(json ? printJson(comparison) : describeComparison(comparison).join("\n"));
  return comparison.unreadable.length > 0 || isReached(comparison, failOn) ? 1 : 0;
}
