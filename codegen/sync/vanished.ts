import type { SpecFolder } from "./folder.js";
import { skip } from "./apply.js";
import type { ApplyOptions } from "./apply.js";
import { compareForPeople } from "./memory.js";
import { markMissing, wasListed } from "./merge-entry.js";
import type { Outcome } from "./report.js";

/** What is known once the whole catalogue was read. */
export interface WholeListing {
  readonly context: ApplyOptions;
  /** The ids of all entries, those that were skipped among them. */
  readonly seen: ReadonlySet<string>;
  /** Whether the catalogue stood still while it was read. */
  readonly steady: boolean;
  /** The day, `YYYY-MM-DD`. */
  readonly today: string;
  readonly signal: AbortSignal | undefined;
  readonly note: (outcome: Outcome) => void;
  readonly say: (line: string) => void;
}

/** Marks the specs whose models the catalogue does not list any more. Those that it never listed are none of its business. */
export async function markVanished({
  context,
  seen,
  steady,
  today,
  signal,
  note,
  say,
}: WholeListing): Promise<void> {
  const { folder, fits, look } = context;
  const absent = [...folder.ids].filter((id) => fits(id) && !seen.has(id));
  if (seen.size === 0 && absent.length > 0) {
    const reason = "it lists no model at all, which cannot be right; no model was marked as missing";
    return note(skip("the catalogue", reason));
  }
  for (const id of absent) {
    signal?.throwIfAborted();
    const spec = readOrSay(folder, id, say);
    if (spec === null || !wasListed(spec)) continue;
    // An entry that moved from one page to the other while they were read is still there.
    if (!steady && ((await look(id)) as { model_id?: unknown } | undefined)?.model_id === id) continue;
    const marked = markMissing(spec, today);
    try {
      folder.write(id, marked);
      note({ name: id, state: "missing", changes: compareForPeople(id, spec, marked) });
    } catch (error) {
      note(skip(id, `it cannot be marked as missing: ${(error as Error).message}`));
    }
  }
}

function readOrSay(
  folder: SpecFolder,
  id: string,
  say: (line: string) => void,
): ReturnType<SpecFolder["read"]> {
  try {
    return folder.read(id);
  } catch (error) {
    say(`note: ${id}.json is left alone: ${(error as Error).message}`);
    return null;
  }
}
