import { nearest } from "../../src/input/nearest.js";
import { printable } from "../text/terminal-text.js";
import { applyEntry, skip } from "./entry-update.js";
import type { ApplyOptions } from "./entry-update.js";
import { openFolder } from "./spec-folder.js";
import { readListing } from "./catalogue-listing.js";
import type { ListingEnd, ListingQuery } from "./catalogue-listing.js";
import type { LiveCatalogue } from "./live-catalogue.js";
import { lookUp } from "./model-lookup.js";
import { matchIds } from "./id-patterns.js";
import { printOutcome, summarize } from "./sync-report.js";
import type { Outcome, SyncOutput } from "./sync-report.js";
import { markVanished } from "./missing-models.js";

/** The surroundings of a sync. */
export interface SyncOptions extends SyncOutput, ListingQuery {
  /** The catalogue of the service; `openCatalogue` makes one. */
  readonly catalogue: LiveCatalogue;
  /** The folder of spec files. It is made where it does not exist. */
  readonly specs: string;
  /** Ids to take, with `*` and `?`; `!` in front leaves out. Default all. */
  readonly ids?: readonly string[];
  /** Writes nothing. Default false. */
  readonly dryRun?: boolean;
  /** The day that goes into `price_read` and `missing_since`, `YYYY-MM-DD`. */
  readonly today: string;
  /** Stops before the next read or the next file. */
  readonly signal?: AbortSignal;
}

/** The outcome of all models; `exitCode` is 1 where any entry was skipped or the catalogue could not be read to its end. */
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
  const { catalogue, specs, dryRun = false, signal, ids = [] } = options;
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
    today: options.today,
    lookUp: (id) => lookUp(catalogue, id, { signal, say }),
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
  const { catalogue, signal, search, category } = options;
  options.progress("reading the catalogue");
  const pages = readListing(catalogue, { search, category }, { signal, say });
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
