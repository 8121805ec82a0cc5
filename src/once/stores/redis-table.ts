import type { RecordTable, Replacement } from "./compare-and-set.js";
import { compareText } from "../record/record-order.js";
import type { JobRecord } from "../record/record.js";
import type { RedisConnection } from "./redis-connection.js";
import { idAt, placeOf, rangeOf } from "./redis-keys.js";
import type { RedisKeys } from "./redis-keys.js";
import { placesScript, readScript, recordsScript, writeScript } from "./redis-scripts.js";
import { amountOf, budgetChanges } from "../record/transitions.js";

/** Redis adds whole numbers exactly, and a nanodollar is finer than any price. */
export const nanodollars = 1e9;

/** A connection whose changes are confirmed as the store's options ask for. */
export interface WritingConnection extends RedisConnection {
  write(script: string, keys: readonly string[], words: readonly string[]): Promise<unknown>;
}

/** The records in Redis. */
export function createRedisTable({ run, write }: WritingConnection, keys: RedisKeys): RecordTable {
  return {
    read: async (id) => {
      const [now, text, revision] = (await run(readScript, [keys.job(id)], [])) as readonly (string | null)[];
      const stored =
        typeof text === "string" ? { record: parse(text), revision: Number(revision) } : undefined;
      return { stored, now: Number(now) };
    },
    replace: async (change) => {
      const { id, before, record } = change;
      const names = [
        keys.job(id),
        keys.places(undefined),
        keys.places(before?.record.state ?? record.state),
        keys.places(record.state),
        keys.budgets,
      ];
      const words = [
        String(before?.revision ?? 0),
        placeOf(id),
        JSON.stringify(record),
        ...listMoney(change),
      ];
      const written = await write(writeScript, names, words);
      return written === "written" || written === "over" ? written : "changed";
    },
    page: async ({ origin, space, states, after, limit }) => {
      const lists = (states ?? [undefined]).map((state) => keys.places(state));
      const [from, to] = rangeOf(origin, space, after);
      const [now, ...found] = (await run(placesScript, lists, [
        from,
        to,
        String(limit),
      ])) as readonly string[];
      // Each list gives its own first places: after the merge only the first `limit` are certain to lack none.
      const places = found.sort(compareText).slice(0, limit);
      const jobs = places.map((place) => keys.job(idAt(place)));
      const texts = (jobs.length > 0 ? await run(recordsScript, jobs, []) : []) as readonly (string | null)[];
      return { records: texts.filter((text) => text !== null).map(parse), now: Number(now) };
    },
  };
}

/** The limits, each with the amount that is added to it, and the amounts of all budgets. */
function listMoney({ before, record, within = [] }: Replacement): string[] {
  const changes = budgetChanges(before?.record, record);
  return [
    String(within.length),
    ...within.flatMap(({ budget, most }) => [budget, toWhole(amountOf(changes, budget)), toWhole(most)]),
    ...changes.flatMap(({ budget, usd }) => [budget, toWhole(usd)]),
  ];
}

function toWhole(usd: number): string {
  return String(Math.round(Math.min(usd, 9e6) * nanodollars));
}

function parse(text: string): JobRecord {
  return JSON.parse(text) as JobRecord;
}
