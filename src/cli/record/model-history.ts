import { readRecent } from "../../once/record/recent-records.js";
import type { Store } from "../../once/record/store.js";

/** The jobs of one model that are on record. */
export interface ModelHistory {
  /** The number of jobs that are done, of the latest 200. */
  readonly jobs: number;
  /** US dollars: the highest cost that the service has charged for one. */
  readonly highestUsd?: number;
  /** Milliseconds that one takes, the middle of the last twenty. */
  readonly usualMs?: number;
}

/** The latest jobs that are read: the record may be long. */
const mostJobs = 200;

/** Reads the costs and the durations of the latest jobs of a model, at one address of the service. */
export async function readHistory(store: Store, origin: string, model: string): Promise<ModelHistory> {
  const recent = await readRecent(store, { origin, space: "", model, limit: mostJobs });
  const done = recent.filter(({ state }) => state === "done");
  const times = done
    .flatMap(({ tookMs }) => tookMs ?? [])
    .slice(0, 20)
    .sort((a, b) => a - b);
  const usualMs = times[Math.floor(times.length / 2)];
  const highestUsd = done.reduce((most, { costUsd = -1 }) => Math.max(most, costUsd), -1);
  return {
    jobs: done.length,
    ...(highestUsd >= 0 && { highestUsd }),
    ...(usualMs !== undefined && { usualMs }),
  };
}

/** Reads the highest cost that the service has charged for a job of each model, at one address of the service. */
export async function readHighestCosts(store: Store, origin: string): Promise<ReadonlyMap<string, number>> {
  const costs = new Map<string, number>();
  for await (const { model, state, costUsd } of store.list({ origin, space: "" }))
    if (state === "done" && costUsd !== undefined) costs.set(model, Math.max(costUsd, costs.get(model) ?? 0));
  return costs;
}
