import type { Fields } from "../../src/dialect/notation/fields.js";
import type { SpecFolder } from "./spec-folder.js";
import { skip } from "./entry-update.js";
import type { ApplyOptions } from "./entry-update.js";
import { compareForPeople } from "../changes/visible-changes.js";
import { markMissing, wasListed } from "./entry-merge.js";
import type { Outcome } from "./sync-report.js";
import { messageOf } from "../../src/errors/error-message.js";

/** The facts that are known once the whole catalogue was read. */
export interface WholeListing {
  readonly context: ApplyOptions;
  /** The ids of all entries, those that were skipped among them. */
  readonly seen: ReadonlySet<string>;
  /** The day, `YYYY-MM-DD`. */
  readonly today: string;
  readonly signal: AbortSignal | undefined;
  readonly note: (outcome: Outcome) => void;
  readonly say: (line: string) => void;
  /** Shows the present step; an empty text clears it. */
  readonly progress: (step: string) => void;
}

/** After this many failed requests in a row, the listing alone decides which models are missing. */
const mostUnknown = 3;

/**
 * Marks the specs whose models the catalogue does not list any more. A spec that it never listed stays as it is.
 *
 * Each model is requested by its id first. One that is still found was only lost between two pages, and a wrong mark would tell users that
 * their code broke.
 */
export async function markVanished(listing: WholeListing): Promise<void> {
  const { context, seen, today, signal, note, say, progress } = listing;
  const { folder, fits, lookUp } = context;
  const absent = [...folder.ids].filter((id) => fits(id) && !seen.has(id));
  if (seen.size === 0 && absent.length > 0) {
    const reason = "it lists no model at all, which cannot be right; no model was marked as missing";
    return note(skip("the catalogue", reason));
  }
  let unknown = 0;
  for (const [at, id] of absent.entries()) {
    signal?.throwIfAborted();
    const spec = readOrSay(folder, id, say);
    if (spec === undefined || !wasListed(spec)) continue;
    progress(`${at + 1} of ${absent.length} that are not listed`);
    const state = unknown < mostUnknown ? (await lookUp(id)).state : "unknown";
    unknown = state === "unknown" ? unknown + 1 : 0;
    if (state === "found")
      say(`note: ${id} is not listed, but the service still has it; it is not marked as missing`);
    else note(mark(folder, id, spec, today));
  }
}

function mark(folder: SpecFolder, id: string, spec: Fields, today: string): Outcome {
  const marked = markMissing(spec, today);
  try {
    folder.write(id, marked);
    return { name: id, state: "missing", changes: compareForPeople(id, spec, marked) };
  } catch (error) {
    return skip(id, `it cannot be marked as missing: ${messageOf(error)}`);
  }
}

function readOrSay(folder: SpecFolder, id: string, say: (line: string) => void): Fields | undefined {
  try {
    return folder.read(id);
  } catch (error) {
    say(`note: ${id}.json is left alone: ${messageOf(error)}`);
    return undefined;
  }
}
