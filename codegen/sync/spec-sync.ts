import type { Command } from "commander";
import { ConfigError } from "../../src/errors/errors.js";
import type { Http } from "../../src/wire/requests.js";
import { nearest } from "../../src/input/nearest.js";
import { findToken } from "../../src/node/token.js";
import { printable } from "../text/terminal-text.js";
import { readFolderName } from "../commands/folder-arguments.js";
import { applyEntry, skip } from "./entry-update.js";
import type { ApplyOptions } from "./entry-update.js";
import { openHttp } from "./live-catalogue.js";
import { openFolder } from "./spec-folder.js";
import { readListing } from "./catalogue-listing.js";
import type { ListingEnd, ListingQuery } from "./catalogue-listing.js";
import { lookUp } from "./model-lookup.js";
import { matchIds } from "./id-patterns.js";
import { printOutcome, summarize } from "./sync-report.js";
import type { Outcome, SyncOutput } from "./sync-report.js";
import { markVanished } from "./missing-models.js";

/** What a sync needs from outside. */
export interface SyncOptions extends SyncOutput, ListingQuery {
  /** How the service is reached; `openHttp` makes one. */
  readonly http: Http;
  /** The folder of spec files. It is made where it does not exist. */
  readonly specs: string;
  /** Ids to take, with `*` and `?`; `!` in front leaves out. Default all. */
  readonly ids?: readonly string[];
  /** Writes nothing. Default false. */
  readonly dryRun?: boolean;
  /** The day that goes into `missing_since`, `YYYY-MM-DD`. */
  readonly today: string;
  /** Stops before the next read or the next file. */
  readonly signal?: AbortSignal;
}

/** What became of all models; `exitCode` is 1 where any entry was skipped or the catalogue could not be read to its end. */
export interface SyncOutcome {
  readonly outcomes: readonly Outcome[];
  readonly exitCode: 0 | 1;
}

/**
 * Brings a folder of specs up to date with the live catalogue, page by page and model by model.
 *
 * @throws what the service's refusal means (`AuthError` and its like), or the reason of the signal. What was written stays.
 */
export async function syncSpecs(options: SyncOptions): Promise<SyncOutcome> {
  const { http, specs, dryRun = false, signal, ids = [] } = options;
  const folder = openFolder(specs, dryRun);
  const seen = new Set<string>();
  const outcomes: Outcome[] = [];
  function note(outcome: Outcome): void {
    outcomes.push(outcome);
    printOutcome(outcome, options, dryRun);
  }
  function say(line: string): void {
    options.progress("");
    options.warn(printable(line));
  }
  const context: ApplyOptions = {
    folder,
    fits: matchIds(ids),
    look: (id) => lookUp(http, id, { signal, say }),
    remark: (id, text) => say(`note: ${id}: ${text}`),
  };
  const end = await readPages(
    options,
    say,
    async (entry) => {
      const { id, outcome } = await applyEntry(entry, context);
      if (id !== "") seen.add(id);
      if (outcome !== undefined) note(outcome);
    },
    (id) => {
      const reason = "it is listed twice, with different contents; the first was taken";
      if (context.fits(id)) note(skip(id, reason));
    },
  );
  if (end.complete && options.search === undefined && options.category === undefined)
    await markVanished({ ...options, context, seen, note, say, signal });
  options.progress("");
  const unmatched = end.complete ? findUnmatched(ids, seen) : [];
  for (const line of unmatched) say(line);
  if (!end.complete)
    say(
      "The catalogue could not be read to its end: it gave the same page again. No model was marked as missing.",
    );
  say(summarize(outcomes, dryRun));
  const failed = !end.complete || unmatched.length > 0 || outcomes.some(({ state }) => state === "skipped");
  return { outcomes, exitCode: failed ? 1 : 0 };
}

async function readPages(
  options: SyncOptions,
  say: (line: string) => void,
  take: (entry: unknown) => Promise<void>,
  takeConflict: (id: string) => void,
): Promise<ListingEnd> {
  const { http, signal, search, category } = options;
  options.progress("reading the catalogue");
  const pages = readListing(http, { search, category }, { signal, say });
  for (;;) {
    const { done, value } = await pages.next();
    if (done) return value;
    const { entries, conflicts, read, total } = value;
    for (const [at, entry] of entries.entries()) {
      signal?.throwIfAborted();
      options.progress(`${read - entries.length + at + 1} of ${total ?? "?"} models`);
      await take(entry);
    }
    conflicts.forEach(takeConflict);
    options.progress(`reading on after ${read} models`);
  }
}

function findUnmatched(patterns: readonly string[], seen: ReadonlySet<string>): string[] {
  return patterns
    .filter((pattern) => !pattern.startsWith("!") && ![...seen].some(matchIds([pattern])))
    .map((pattern) => {
      const meant = nearest(pattern.replace(/[*?]/g, ""), seen).map((id) => `"${id}"`);
      const hint = meant.length > 0 ? ` Did you mean ${meant.join(" or ")}?` : "";
      return `No model of the catalogue has an id like ${JSON.stringify(pattern)}.${hint}`;
    });
}

interface Flags {
  readonly specs: string;
  readonly search?: string;
  readonly category?: string;
  readonly id?: string[];
  readonly baseUrl?: string;
  readonly dryRun?: true;
}

/** Adds `sync` to the command line. */
export function registerSync(program: Command): void {
  program
    .command("sync")
    .summary("write or update spec files from the live catalogue")
    .description(
      "Reads the service's catalogue with every model's schema and writes a spec file for each, or brings the one that exists up to date: " +
        "your wording, notes, examples and documented outputs stay. A model that the catalogue lists no more is marked, not deleted.\n" +
        "The token comes from RUNCOMFY_TOKEN, or from the vendor's own command line.\n" +
        "Exit code: 0, or 1 where an entry was skipped, with the reason; everything else is still done.",
    )
    .option("--specs <folder>", "folder of the spec files", readFolderName, "specs")
    .option("--search <text>", "only models that the service finds with this text")
    .option("--category <name>", "only models of this category")
    .option("--id <pattern...>", "only these ids; * stands for any text, ! in front leaves out")
    .option("--base-url <url>", "address of the service (also: RUNCOMFY_BASE_URL)")
    .option("--dry-run", "write nothing; print what would change")
    .action(runSync);
}

async function runSync(flags: Flags): Promise<void> {
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  const warn = (line: string): void => void process.stderr.write(`${line}\n`);
  const { isTTY } = process.stderr;
  try {
    const found = await findToken();
    if (found === undefined) throw new ConfigError(noToken);
    if (found.warning !== undefined) warn(`note: ${found.warning}`);
    const baseUrl = flags.baseUrl ?? (process.env["RUNCOMFY_BASE_URL"] || undefined);
    const { exitCode } = await syncSpecs({
      http: openHttp({ token: found.token, ...(baseUrl !== undefined && { baseUrl }) }),
      specs: flags.specs,
      search: flags.search,
      category: flags.category,
      ids: flags.id ?? [],
      dryRun: flags.dryRun ?? false,
      today: localDay(new Date()),
      signal: stop.signal,
      print: (line) => void process.stdout.write(`${line}\n`),
      warn,
      progress: (step) =>
        isTTY && void process.stderr.write(step === "" ? "\r\u001b[K" : `\r\u001b[K${step}…`),
    });
    process.exitCode = exitCode;
  } catch (error) {
    if (isTTY) process.stderr.write("\r\u001b[K");
    if (!stop.signal.aborted) throw error;
    warn("stopped; every spec file is whole. Run it again to go on");
    process.exitCode = 130;
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}

const noToken =
  "No token. Make one on your profile page at runcomfy.com and set RUNCOMFY_TOKEN (also read: RUNCOMFY_API_TOKEN, RUNCOMFY_API_KEY), or sign in with the vendor's own command line.";

function two(number: number): string {
  return String(number).padStart(2, "0");
}

/** The calendar day where the user is. */
function localDay(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
