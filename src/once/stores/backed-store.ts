import type { JobRecord, RecordId } from "../record/record.js";
import { recordMissing } from "../record/once-errors.js";
import type { Claim, Query, Store } from "../record/store.js";
import type { Change } from "../record/transitions.js";
import { claimed, inserted, moved, renewed, seenAt } from "../record/transitions.js";

/** A pure rule: from a record as it is stored and the store's time, in ms since 1970, to the change, or undefined for none. */
export type Rule = (there: JobRecord | undefined, now: number) => Change | undefined;

/** A record as it was stored after a rule, and the time by which its lease is judged. */
export interface Changed {
  readonly record: JobRecord | undefined;
  readonly now: number;
}

/** The part of a store that depends on its place. `createStore` adds the rules of records, which are the same for all places. */
export interface Backend extends Pick<Store, "open" | "recent" | "committed" | "payload" | "close"> {
  /**
   * Reads a record, applies the rule, and stores what it gives, in one atomic step together with the differences of
   * `budgetChanges`. The rule may be called several times.
   */
  change(
    id: RecordId,
    rule: Rule,
    options?: { readonly inTransaction?: (executor: unknown) => Promise<void> },
  ): Promise<Changed>;
  read(id: RecordId): Promise<Changed>;
  /** Records as they are stored, in the order of origin, space and key. A query for `unknown` also gets those being sent. */
  list(query: Query): AsyncIterable<Changed>;
}

/** Makes a store of its backend. */
export function createStore(backend: Backend): Store {
  return {
    open: () => backend.open(),
    put: async (given) => {
      const { record, now } = await backend.change(given, (there, at) => {
        const next = inserted(there, given, at);
        return next === there ? undefined : { record: next };
      });
      return seenAt(expectRecord(record, given), now);
    },
    get: async (id) => {
      const { record, now } = await backend.read(id);
      return record && seenAt(record, now);
    },
    claim: (id, claim) => claimRecord(backend, id, claim),
    renew: async (id, attempt, leaseMs) => {
      let isRenewed = false;
      await backend.change(id, (there, at) => {
        const next = there && renewed(there, attempt, leaseMs, at);
        isRenewed = next !== undefined;
        return next && { record: next };
      });
      return isRenewed;
    },
    move: async (id, to, options) => {
      const { record, now } = await backend.change(
        id,
        (there, at) => {
          // A lease that has run out counts before the move: a person's refusal, say, follows only on "unknown".
          const from = there && seenAt(there, at);
          const next = from && moved(from, to, at);
          return next === from ? undefined : next && { record: next };
        },
        options,
      );
      return seenAt(expectRecord(record, id), now);
    },
    list: (query = {}) => listRecords(backend, query),
    ...(backend.recent && { recent: backend.recent }),
    committed: (budget) => backend.committed(budget),
    payload: backend.payload,
    close: () => backend.close(),
  };
}

async function claimRecord(backend: Backend, id: RecordId, claim: Claim) {
  let wanted: JobRecord | undefined;
  const { record, now } = await backend.change(id, (there, at) => {
    const next = there && claimed(there, claim, at);
    wanted = next?.record;
    if (!next) return undefined;
    const { budget, places } = claim;
    const limits = [
      ...(budget ? [{ budget: budget.id, most: budget.maxUsd }] : []),
      ...(places ? [{ budget: places.id, most: places.most }] : []),
    ];
    return { record: next.record, ...(limits.length > 0 && { within: { limits, otherwise: next.held } }) };
  });
  const there = expectRecord(record, id);
  const won = wanted !== undefined && there.state === "sending" && there.attempt === wanted.attempt;
  return { won, record: seenAt(there, now) };
}

async function* listRecords(backend: Backend, query: Query): AsyncGenerator<JobRecord> {
  let left = query.limit ?? Infinity;
  if (left <= 0) return;
  for await (const { record, now } of backend.list(query)) {
    const seen = record && seenAt(record, now);
    if (!seen || (query.state !== undefined && seen.state !== query.state)) continue;
    yield seen;
    if (--left <= 0) return;
  }
}

function expectRecord(record: JobRecord | undefined, id: RecordId): JobRecord {
  if (!record) throw recordMissing(id);
  return record;
}
