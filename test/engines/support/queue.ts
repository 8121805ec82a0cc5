import pg from "pg";
import { openBatchQueue } from "../../../src/adapters/pg-boss/batch-queue.js";
import type { BatchQueue } from "../../../src/adapters/pg-boss/batch-queue.js";
import type { BatchLimits } from "../../../src/adapters/pg-boss/batches.js";
import type { BossModule } from "../../../src/adapters/pg-boss/boss.js";
import { putRows, queueRows } from "../../../src/adapters/pg-boss/enqueue.js";
import type { QueuedRow } from "../../../src/adapters/pg-boss/enqueue.js";
import type { JobRecord } from "../../../src/once/index.js";

/** The engine that this Node has. */
export const boss = (await import("pg-boss")) as unknown as BossModule;

export const textToVideo = "wan-ai/wan-2.7/text-to-video";

/** So many rows, each with a prompt that names its key. */
export const makeRows = (count: number, model = textToVideo): QueuedRow[] =>
  Array.from({ length: count }, (_, at) => ({
    key: `row-${at + 1}`,
    model,
    input: { prompt: `row-${at + 1}: rain on a tin roof.` },
  }));

/** The key that a job of `makeRows` was submitted for. */
export const keyOf = (job: {
  readonly id: string;
  readonly input: { readonly [name: string]: unknown };
}) => ({
  id: job.id,
  key: String(job.input["prompt"]).split(":")[0]!,
});

export async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

export interface OpenedQueue extends BatchQueue {
  readonly pool: pg.Pool;
  /** Puts rows of the space "film" into the database, and queues those that nobody has sent. Gives the number queued. */
  enqueue(rows: readonly QueuedRow[], limits?: BatchLimits): Promise<number>;
  records(): Promise<JobRecord[]>;
}

/** Opens the queue of a service, as the command `batch --queue` does. */
export const openQueue = async (url: string, origin: string): Promise<OpenedQueue> => {
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  pool.on("error", () => undefined);
  const opened = await openBatchQueue({ pool, boss, origin, log: () => undefined });
  const { store, queue } = opened;
  return {
    ...opened,
    pool,
    enqueue: async (rows, limits = {}) => {
      await store.batches.write("film", limits);
      const { problems } = await putRows(store, "film", each(rows));
      if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join("\n"));
      return queueRows(store, queue, "film", each(rows.map(({ key }) => key)));
    },
    records: async () => {
      const found: JobRecord[] = [];
      for await (const record of store.records.list({ origin, space: "film" })) found.push(record);
      return found;
    },
    close: async () => {
      await opened.close();
      await pool.end();
    },
  };
};
