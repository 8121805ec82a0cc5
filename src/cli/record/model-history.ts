import type { Store } from "../../once/store.js";

/** The jobs of one model that are on record. */
export interface ModelHistory {
  /** The number of jobs that are done. */
  readonly jobs: number;
  /** US dollars: the highest cost that the service has charged for one. */
  readonly highestUsd?: number;
  /** Milliseconds that one takes, the middle of the last twenty. */
  readonly usualMs?: number;
}

/** Reads what earlier jobs of a model have cost, and how long they took, at one address of the service. */
export async function readHistory(store: Store, origin: string, model: string): Promise<ModelHistory> {
  const done: { readonly at: string; readonly tookMs: number | undefined; readonly usd: number }[] = [];
  for await (const record of store.list({ origin, space: "" })) {
    if (record.model !== model || record.state !== "done") continue;
    done.push({ at: record.createdAt, tookMs: record.tookMs, usd: record.costUsd ?? -1 });
  }
  const times = done
    .sort((a, b) => (a.at < b.at ? 1 : -1))
    .flatMap(({ tookMs }) => tookMs ?? [])
    .slice(0, 20)
    .sort((a, b) => a - b);
  const usualMs = times[Math.floor(times.length / 2)];
  const highestUsd = done.reduce((most, { usd }) => Math.max(most, usd), -1);
  return {
    jobs: done.length,
    ...(highestUsd >= 0 && { highestUsd }),
    ...(usualMs !== undefined && { usualMs }),
  };
}
