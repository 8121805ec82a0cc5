import { ConfigError } from "../../index.js";
import type { PostgresExecutor } from "../../once/stores/postgres-connection.js";
import { createTogether } from "../../once/stores/postgres-creation.js";

/** One queued job, as both supported versions of pg-boss give it. */
export interface BossJob {
  readonly id: string;
  readonly data: unknown;
}

/** The statements of a caller's own transaction, as pg-boss takes them. */
interface BossDatabase {
  executeSql(text: string, values?: unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

/** The part of a pg-boss instance that is used here; versions 10 and 12 both have it. */
export interface Boss {
  on(event: "error", listener: (error: Error) => void): unknown;
  start(): Promise<unknown>;
  stop(options: { readonly graceful: boolean; readonly wait?: boolean }): Promise<unknown>;
  getQueue(name: string): Promise<unknown>;
  createQueue(name: string, options: object): Promise<unknown>;
  fetch(name: string, options: { readonly batchSize: number }): Promise<readonly BossJob[]>;
  complete(
    name: string,
    ids: readonly string[],
    data: null,
    options: { readonly db?: BossDatabase },
  ): Promise<unknown>;
  insert(...words: readonly unknown[]): Promise<unknown>;
}

/** Makes an instance of pg-boss. */
export type BossClass = new (options: object) => Boss;

/** The module pg-boss: version 10 exports its class as the default, version 12 by name. */
export interface BossModule {
  readonly PgBoss?: unknown;
  readonly default?: unknown;
}

/** The schema of the queue's own tables, which pg-boss creates; nothing else in the database is touched. */
export const queueSchema = "runcomfy_queue";

/** Version 24 of the tables is the last one of pg-boss 10. */
const lastTablesOf10 = 24;

/** A started pg-boss, and how its version takes many jobs at once. */
export interface StartedBoss {
  readonly boss: Boss;
  insert(queue: string, jobs: readonly object[], executor?: PostgresExecutor): Promise<void>;
}

/**
 * Starts pg-boss on connections of the caller's. Rejects with a ConfigError where another major version of pg-boss has made the
 * tables: it would change them for the workers that use it.
 */
export async function startBoss(
  module: BossModule,
  connection: PostgresExecutor,
  onError: (error: Error) => void,
  expireInSeconds: number,
): Promise<StartedBoss> {
  const isNew = typeof module.PgBoss === "function";
  const Class = (module.PgBoss ?? module.default) as BossClass;
  await checkTables(connection, isNew);
  const toDatabase = (executor: PostgresExecutor): BossDatabase => ({
    executeSql: (text, values) => executor.query(text, values),
  });
  const interval = Math.max(1, Math.ceil(expireInSeconds / 2));
  const makeBoss = () =>
    new Class({
      db: toDatabase(connection),
      schema: queueSchema,
      schedule: false,
      // A worker that was killed leaves its queued jobs active. The engine looks for such jobs twice within the time after which
      // they expire.
      ...(isNew
        ? { superviseIntervalSeconds: interval, monitorIntervalSeconds: interval }
        : {
            maintenanceIntervalSeconds: interval,
            monitorStateIntervalSeconds: interval,
            archiveCompletedAfterSeconds: 3600,
          }),
    });
  const boss = await createTogether(() => startFirst(makeBoss, onError));
  return {
    boss,
    insert: async (queue, jobs, executor) => {
      const options = executor ? { db: toDatabase(executor) } : {};
      if (isNew) await boss.insert(queue, jobs, options);
      else
        await boss.insert(
          jobs.map((job) => ({ ...job, name: queue })),
          options,
        );
    },
  };
}

/** Starts an instance, which creates the tables where they are missing. */
async function startFirst(makeBoss: () => Boss, onError: (error: Error) => void): Promise<Boss> {
  const boss = makeBoss();
  boss.on("error", onError);
  try {
    await boss.start();
    return boss;
  } catch (error) {
    await boss.stop({ graceful: false, wait: false }).catch(() => {});
    throw error;
  }
}

async function checkTables(connection: PostgresExecutor, isNew: boolean): Promise<void> {
  const { rows } = await connection.query("select to_regclass($1)::text as found", [
    `${queueSchema}.version`,
  ]);
  if (rows[0]?.["found"] == null) return;
  const found = await connection.query(`select version from ${queueSchema}.version`);
  const isMadeBy10 = Number(found.rows[0]?.["version"]) <= lastTablesOf10;
  if (isMadeBy10 !== isNew) return;
  const [theirs, ours] = isNew ? ["10", "12"] : ["12", "10"];
  throw new ConfigError(
    `The queue in this database belongs to pg-boss ${theirs}, and this machine has pg-boss ${ours}. Install the same major version ` +
      `everywhere (npm install pg-boss@${theirs}); pg-boss 12 needs Node 22.12, pg-boss 10 runs from Node 20.`,
  );
}
