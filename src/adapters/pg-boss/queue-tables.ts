import { nameStoreTables } from "../../once/stores/postgres-tables.js";
import type { StoreTables, TablePlan } from "../../once/stores/postgres-tables.js";

/** The full names of the tables that batches and workers use. */
export interface QueueTables extends StoreTables {
  /** One row for each worker that is alive. */
  readonly workers: string;
  /** One row for each batch, with its caps in US dollars. */
  readonly batches: string;
}

/** Names the tables in a schema. */
export function nameQueueTables(schema: string): QueueTables {
  return { ...nameStoreTables(schema), workers: `${schema}.workers`, batches: `${schema}.batches` };
}

/** The tables besides the store's own. */
export function planQueueTables(schema: string): TablePlan {
  const { workers, batches } = nameQueueTables(schema);
  return {
    schema,
    columns: { [workers]: "id, alive_until", [batches]: "origin, space, max_usd, assume_usd" },
    statements: [
      `create schema if not exists ${schema}`,
      `create table if not exists ${workers} (id text primary key, alive_until timestamptz not null)`,
      `create table if not exists ${batches} (origin text not null, space text not null, max_usd numeric, assume_usd numeric, ` +
        "primary key (origin, space))",
    ],
  };
}
