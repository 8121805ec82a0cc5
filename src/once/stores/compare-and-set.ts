import type { Changed, Rule } from "./backed-store.js";
import type { JobRecord, RecordId, State } from "../record/record.js";
import type { Query } from "../record/store.js";
import type { Change, Limit } from "../record/transitions.js";

/** A record as a database keeps it. */
export interface StoredRecord {
  readonly record: JobRecord;
  /** Raised by each change. */
  readonly revision: number;
}

/** A change of one record; it happens only where the record is still the one that was read. */
export interface Replacement {
  readonly id: RecordId;
  /** The record that was read; undefined where there was none. */
  readonly before: StoredRecord | undefined;
  readonly record: JobRecord;
  /** Limits that must hold afterwards, too. */
  readonly within?: readonly Limit[] | undefined;
}

/** `changed`: another record was there. `over`: a limit would be exceeded. Nothing was written in either case. */
export type Written = "written" | "changed" | "over";

/** The records of a database: read, and replaced where nobody has changed them meanwhile, together with their budgets. */
export interface RecordTable {
  /** Gives the database's own time, too, in ms since 1970: the clocks of the machines may differ. */
  read(id: RecordId): Promise<{ readonly stored: StoredRecord | undefined; readonly now: number }>;
  /** One atomic step with the differences of `budgetChanges`. */
  replace(replacement: Replacement): Promise<Written>;
  /** Records in the order of origin, space and key, at most `limit`. */
  page(part: Page): Promise<{ readonly records: readonly JobRecord[]; readonly now: number }>;
}

/** A part of a list. */
export interface Page {
  readonly origin: string | undefined;
  readonly space: string | undefined;
  /** Default: any. */
  readonly states: readonly State[] | undefined;
  /** The place behind which to go on; empty strings for the beginning. */
  readonly after: RecordId;
  readonly limit: number;
}

/** Reads a record, applies the rule and writes what it gives; again, as long as others change the record in between. */
export async function changeRecord(
  { read, replace }: Pick<RecordTable, "read" | "replace">,
  id: RecordId,
  rule: Rule,
): Promise<Changed> {
  for (;;) {
    const { stored, now } = await read(id);
    const change = rule(stored?.record, now);
    if (!change) return { record: stored?.record, now };
    for (const { record, within } of listReplacements(change)) {
      const written = await replace({ id, before: stored, record, within });
      if (written === "written") return { record, now };
      if (written === "changed") break;
    }
  }
}

/** The record to store, and the one to store instead where a limit would be exceeded. */
function listReplacements({ record, within }: Change): readonly Pick<Replacement, "record" | "within">[] {
  return within ? [{ record, within: within.limits }, { record: within.otherwise }] : [{ record }];
}

const pageSize = 500;

/** Reads a list in pages. */
export async function* listRecords(
  { page }: Pick<RecordTable, "page">,
  { origin, space, state, after: afterKey = "" }: Query,
): AsyncGenerator<Changed> {
  // A lease that has run out makes a record unknown, and is not written down before somebody changes the record.
  const states: readonly State[] | undefined =
    state && (state === "unknown" ? ["unknown", "sending"] : [state]);
  let after: RecordId = { origin: origin ?? "", space: space ?? "", key: afterKey };
  for (;;) {
    const { records, now } = await page({ origin, space, states, after, limit: pageSize });
    for (const record of records) yield { record, now };
    const last = records.at(-1);
    if (!last || records.length < pageSize) return;
    after = { origin: last.origin, space: last.space, key: last.key };
  }
}
