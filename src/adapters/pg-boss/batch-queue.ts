import type { PostgresExecutor } from "../../once/stores/postgres-connection.js";
import { openBatchStore } from "./batch-store.js";
import type { BatchStore } from "./batch-store.js";
import { startBoss } from "./boss.js";
import type { BossModule } from "./boss.js";
import { openSubmitQueue } from "./submit-queue.js";
import type { SubmitQueue } from "./submit-queue.js";

/** The database of a queue, and the engine that moves it. */
export interface BatchQueueOptions {
  /** A pool of `pg`. */
  readonly pool: PostgresExecutor;
  /** The module pg-boss, version 10 or 12. */
  readonly boss: BossModule;
  /** The service's address. */
  readonly origin: string;
  /** Receives warnings for a person. */
  readonly log: (level: "warn", message: string) => void;
  /** A row that a worker has taken is given out again after this time. Default 30,000. */
  readonly expireInMs?: number | undefined;
  /** The schema of the records. Default `"runcomfy"`. */
  readonly schema?: string | undefined;
}

/** The records, the batches and the queue of one service in a database. */
export interface BatchQueue {
  readonly store: BatchStore;
  readonly queue: SubmitQueue;
  /** Stops the engine. The pool is the caller's. */
  close(): Promise<void>;
}

/**
 * Opens a queue, and creates its tables where they are missing. Rejects with a ConfigError where that is not permitted, where a table
 * is somebody else's, or where another major version of pg-boss uses the queue.
 */
export async function openBatchQueue(options: BatchQueueOptions): Promise<BatchQueue> {
  const { pool, origin, log, expireInMs = 30_000 } = options;
  const store = await openBatchStore(pool, origin, options.schema);
  const expireInSeconds = Math.ceil(expireInMs / 1000);
  const onError = (error: Error): void => log("warn", `pg-boss: ${error.message}`);
  const started = await startBoss(options.boss, pool, onError, expireInSeconds);
  const close = async () => void (await started.boss.stop({ graceful: false, wait: false }));
  try {
    return { store, queue: await openSubmitQueue(started, origin, expireInSeconds), close };
  } catch (error) {
    await close();
    throw error;
  }
}
