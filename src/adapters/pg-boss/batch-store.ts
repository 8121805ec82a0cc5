import type { Client } from "../../index.js";
import { nameBudget } from "../../once/record/budget-name.js";
import { createOnce } from "../../once/once.js";
import type { Once } from "../../once/once-types.js";
import type { PostgresExecutor } from "../../once/stores/postgres-connection.js";
import { postgresStore } from "../../once/stores/postgres-store.js";
import { ensureTables } from "../../once/stores/postgres-tables.js";
import type { Store } from "../../once/record/store.js";
import { createBatches } from "./batches.js";
import type { BatchLimits, Batches } from "./batches.js";
import { nameQueueTables, planQueueTables } from "./queue-tables.js";
import type { QueueTables } from "./queue-tables.js";

/** The records and batches of one service in a database. */
export interface BatchStore {
  readonly origin: string;
  readonly records: Store;
  readonly batches: Batches;
  readonly tables: QueueTables;
}

/** Opens the records and batches, and creates their tables where they are missing. */
export async function openBatchStore(
  pool: PostgresExecutor,
  origin: string,
  schema = "runcomfy",
): Promise<BatchStore> {
  const records = postgresStore(pool, { schema });
  await records.open();
  await ensureTables(pool, planQueueTables(schema));
  const tables = nameQueueTables(schema);
  return { origin, records, tables, batches: createBatches(pool, tables, origin, records) };
}

/** Makes the `Once` of a batch within its limits. */
export function createBatchOnce(
  client: Client,
  { origin, records }: BatchStore,
  space: string,
  { maxUsd, assumeUsd }: BatchLimits,
): Once {
  // Without a cap the dollars are summed up all the same, since a later run may set one.
  const budget = { id: nameBudget({ origin, space }), maxUsd: maxUsd ?? Number.MAX_VALUE };
  const assumed = assumeUsd ?? (maxUsd === undefined ? 0 : undefined);
  return createOnce({ client, store: records, space, budget, assumeUsd: assumed });
}
