import type { Command } from "commander";
import { findSpecs, readFolderName, specsText } from "./folder-arguments.js";
import { interrupted, withInterrupt } from "./interrupts.js";
import { localDay } from "./local-day.js";
import { printLine, showStep, warnLine } from "./standard-streams.js";

interface Flags {
  readonly specs?: string;
  readonly search?: string;
  readonly category?: string;
  readonly id?: string[];
  readonly baseUrl?: string;
  readonly dryRun?: true;
}

/** Adds the arguments of `sync` to its command. */
export function defineSync(command: Command): void {
  command
    .description(
      "Reads the service's catalogue with every model's schema and writes a spec file for each, or brings the one that exists up to date: " +
        "your wording, notes, examples and documented outputs stay. A model that the catalogue no longer lists is marked, not deleted.\n" +
        "The token comes from RUNCOMFY_TOKEN, or from RunComfy's own command line.\n" +
        "The exit code is 1 where an entry was skipped, where --id finds no model, or where the catalogue could not be read to its end; " +
        "all other specs are written all the same.",
    )
    .option("--specs <folder>", specsText, readFolderName)
    .option("--search <text>", "only models that the service finds with this text")
    .option("--category <name>", "only models of this category")
    .option("--id <pattern...>", "only these ids; * stands for any text, ! in front leaves out")
    .option("--base-url <url>", "address of the service (also: RUNCOMFY_BASE_URL)")
    .option("--dry-run", "write nothing; print what would change")
    .action(runCommand);
}

async function runCommand(flags: Flags): Promise<void> {
  const stop = new AbortController();
  try {
    process.exitCode = await withInterrupt(
      () => stop.abort(),
      () => syncWith(flags, stop.signal),
    );
  } catch (error) {
    showStep("");
    if (!stop.signal.aborted) throw error;
    warnLine("Stopped; every spec file is whole. Run it again to go on.");
    process.exitCode = interrupted;
  }
}

async function syncWith(flags: Flags, signal: AbortSignal): Promise<0 | 1> {
  const [{ syncSpecs }, { openCatalogue }] = await Promise.all([
    import("../sync/spec-sync.js"),
    import("../sync/live-catalogue.js"),
  ]);
  const token = await requireToken();
  const baseUrl = flags.baseUrl ?? (process.env["RUNCOMFY_BASE_URL"] || undefined);
  const { exitCode } = await syncSpecs({
    catalogue: openCatalogue({ token, ...(baseUrl !== undefined && { baseUrl }) }),
    specs: await findSpecs(flags.specs),
    search: flags.search,
    category: flags.category,
    ids: flags.id ?? [],
    dryRun: flags.dryRun ?? false,
    today: localDay(new Date()),
    signal,
    print: printLine,
    warn: warnLine,
    progress: showStep,
  });
  return exitCode;
}

const noToken =
  "No token. Make one on your profile page at runcomfy.com and set RUNCOMFY_TOKEN (also read: RUNCOMFY_API_TOKEN, RUNCOMFY_API_KEY), or sign in with RunComfy's own command line.";

/** @throws Error with what to do, where there is no token. */
async function requireToken(): Promise<string> {
  const { findToken } = await import("../../src/node/token/find-token.js");
  const found = await findToken();
  if (found === undefined) throw new Error(noToken);
  if (found.warning !== undefined) warnLine(`note: ${found.warning}`);
  return found.token;
}
