import type { JobRecord, State } from "./record.js";
import type { RecentQuery, Store } from "./store.js";

/** Jobs that tell of an account and of costs. */
const telling: readonly State[] = ["accepted", "done"];
/** The most records of a state that are read where a store cannot tell which were changed last. */
const mostListed = 1000;

/** Accepted and finished jobs, the ones that were changed last first; of a store without that order, the last of a part. */
export async function readRecent(store: Store, query: RecentQuery): Promise<readonly JobRecord[]> {
  const { origin, space, model, limit } = query;
  if (store.recent) return store.recent(query);
  const found: JobRecord[] = [];
  for (const state of telling)
    for await (const record of store.list({ origin, space, state, limit: mostListed }))
      if (model === undefined || record.model === model) found.push(record);
  return found.sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1)).slice(0, limit);
}

/** Jobs of a model whose costs are read. */
const mostCosts = 200;

/** The highest cost of a model's latest jobs on record, in US dollars; 0 where none is known. */
export async function readHighestUsd(store: Store, origin: string, model: string): Promise<number> {
  const records = await readRecent(store, { origin, model, limit: mostCosts });
  return records.reduce((most, { costUsd = 0 }) => Math.max(most, costUsd), 0);
}
