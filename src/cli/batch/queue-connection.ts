import { asSentence } from "../../errors/issue.js";
import type { BossModule } from "../../adapters/pg-boss/boss.js";
import type { PostgresExecutor } from "../../once/stores/postgres-connection.js";
import { explain } from "../../protocol/platform-error.js";
import { CommandError, exitCodes } from "../terminal/exit-code.js";

/** A database that holds a queue, and the engine of the queue. */
export interface QueueConnection {
  readonly pool: PostgresExecutor;
  readonly boss: BossModule;
  close(): Promise<void>;
}

/**
 * Connects to the database of a queue. The packages pg and pg-boss are loaded only here.
 *
 * @throws CommandError where the address is no PostgreSQL database (64), a package is missing (64), or nobody answers (69).
 */
export async function connectQueue(
  address: string,
  warn: (message: string) => void,
): Promise<QueueConnection> {
  if (!/^postgres(?:ql)?:\/\//.test(address))
    throw new CommandError(
      "--queue takes the address of a PostgreSQL database, such as postgres://user@host:5432/database. " +
        "Queues of other engines are used from a program: see docs/outgrowing-one-machine.md.",
    );
  const [{ Pool }, boss] = await loadPackages();
  // A connection that hangs counts as lost, so that a worker never waits for one without end.
  const pool = new Pool({
    connectionString: address,
    max: 8,
    connectionTimeoutMillis: 10_000,
    query_timeout: 30_000,
    keepAlive: true,
    application_name: "runcomfy-models",
  });
  // Lost idle connections are replaced by the pool; without a listener they would end the process.
  pool.on("error", (error) => warn(`A connection to the database was lost: ${error.message}`));
  try {
    await pool.query("select 1");
  } catch (error) {
    await pool.end();
    throw new CommandError(
      `The database of --queue does not answer: ${asSentence(explain(error, String))} Nothing was sent. Check its address, and that it runs.`,
      exitCodes.service,
      { cause: error },
    );
  }
  return { pool, boss: boss as BossModule, close: () => pool.end() };
}

async function loadPackages() {
  try {
    return await Promise.all([import("pg"), import("pg-boss")]);
  } catch (error) {
    const [major] = process.versions.node.split(".");
    const version = Number(major) >= 22 ? "12" : "10";
    throw new CommandError(
      `--queue needs the packages pg and pg-boss beside runcomfy-models: npm install pg pg-boss@${version}\n${explain(error, String)}`,
      exitCodes.usage,
      { cause: error },
    );
  }
}
