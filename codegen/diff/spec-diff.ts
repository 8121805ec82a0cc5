import { Option } from "commander";
import type { Command } from "commander";
import { compareStates, kinds } from "./comparison.js";
import type { Comparison, Kind } from "./comparison.js";
import { describeComparison, printJson } from "./diff-report.js";
import { isFolder, readFolder, readRevision } from "./spec-states.js";
import type { SpecState } from "./spec-states.js";
import { printable } from "../text/terminal-text.js";
import { readFolderName, readStateName } from "../commands/folder-arguments.js";

/** What is compared with what. */
export interface DiffOptions {
  /** A folder, or a commit, branch or tag. Default the last commit. */
  readonly from?: string | undefined;
  /** A folder, or a commit, branch or tag. Default the folder of specs as it is on disk. */
  readonly to?: string | undefined;
  /** The folder of spec files that commits are asked for. */
  readonly specs: string;
}

/**
 * Compares two states of the specs.
 *
 * @throws Error where a folder, the repository or a commit is missing.
 */
export function diffSpecs({ from = "HEAD", to, specs }: DiffOptions): Comparison {
  return compareStates(readState(from, specs), to === undefined ? readFolder(specs) : readState(to, specs));
}

/** A name that is both is the folder's; a branch of that name is `refs/heads/…`. */
function readState(name: string, specs: string): SpecState {
  if (isFolder(name)) return readFolder(name);
  if (/^\.{0,2}[/\\]|[/\\]$/.test(name)) throw new Error(`There is no folder ${JSON.stringify(name)}.`);
  return readRevision(specs, name);
}

interface Flags {
  readonly specs: string;
  readonly json?: true;
  readonly failOn?: Kind;
}

/** Adds `diff` to the command line. */
export function registerDiff(program: Command): void {
  program
    .command("diff")
    .summary("show what changed between two states of the specs, and whether it breaks anyone")
    .description(
      "Compares two folders of specs, or two commits of one folder. Without arguments: the last commit with the files on disk.\n" +
        "Each change is breaking (code that worked stops working), compatible or wording.",
    )
    .argument("[old]", "folder, commit, branch or tag (default: the last commit)", readStateName)
    .argument("[new]", "folder, commit, branch or tag (default: the files on disk)", readStateName)
    .option("--specs <folder>", "folder of the spec files", readFolderName, "specs")
    .option("--json", "print one JSON document")
    .addOption(
      new Option(
        "--fail-on <kind>",
        "exit with 1 where there is a change of this kind, or a graver one",
      ).choices(kinds),
    )
    .action((from: string | undefined, to: string | undefined, flags: Flags) => {
      process.exitCode = runDiff({ from, to, specs: flags.specs }, flags);
    });
}

function runDiff(options: DiffOptions, { json, failOn }: Flags): 0 | 1 {
  const comparison = diffSpecs(options);
  for (const { id, in: where, reason } of comparison.unreadable)
    process.stderr.write(printable(`${id}.json of ${where} could not be compared: ${reason}`) + "\n");
  const text = json ? printJson(comparison) : describeComparison(comparison).join("\n");
  process.stdout.write(`${text}\n`);
  return comparison.unreadable.length > 0 || isReached(comparison, failOn) ? 1 : 0;
}

/** Whether a comparison has a change of a kind, or a graver one. */
export function isReached({ kind }: Comparison, limit: Kind | undefined): boolean {
  return limit !== undefined && kind !== undefined && kinds.indexOf(kind) <= kinds.indexOf(limit);
}
