import { aText, checkOptions } from "../../options/check-options.js";
import { createStore } from "./backed-store.js";
import type { Changed, Rule } from "./backed-store.js";
import { changeRecord, listRecords } from "./compare-and-set.js";
import { connectPostgres } from "./postgres-connection.js";
import type { PostgresConnection, PostgresExecutor } from "./postgres-connection.js";
import { writeStatements } from "./postgres-statements.js";
import type { Statements } from "./postgres-statements.js";
import { createPostgresTable } from "./postgres-table.js";
import { checkSchema, ensureTables, nameStoreTables, planStoreTables } from "./postgres-tables.js";
import type { RecordId } from "../record/record.js";
import type { Store } from "../record/store.js";

/** Options of `postgresStore`. */
export interface PostgresStoreOptions {
  /** The schema of the store's own tables, which `open` creates where it is missing and may. Default `"runcomfy"`. */
  readonly schema?: string;
}

/**
 * Keeps records in PostgreSQL, for any number of machines. Takes a pool of `pg`, or one connection of it; one connection suffices.
 * `close` leaves both open, since they are the caller's. Every method rejects with the errors of the database, and `open` with a
 * ConfigError where the tables are missing and may not be created: it says which statements to run.
 *
 * The function given as `inTransaction` gets an object with `query(text, values)`, whose statements belong to the transaction of
 * the change. Calls of the store itself inside it would wait for themselves where there is only one connection.
 *
 * @throws ConfigError if the schema's name is unusable.
 */
export function postgresStore(pool: PostgresExecutor, options: PostgresStoreOptions = {}): Store {
  checkOptions("postgresStore", options, { schema: aText });
  const { schema = "runcomfy" } = options;
  checkSchema(schema);
  const statements = writeStatements(nameStoreTables(schema));
  const connection = connectPostgres(pool);
  const table = createPostgresTable(connection, statements);
  const idOf = ({ origin, space, key }: RecordId): string[] => [origin, space, key];
  return createStore({
    open: async () => {
      await ensureTables(connection, planStoreTables(schema));
      return { durability: "server" };
    },
    change: (id, rule, { inTransaction } = {}) =>
      inTransaction
        ? changeInTransaction(connection, statements, id, rule, inTransaction)
        : changeRecord(table, id, rule),
    read: async (id) => {
      const { stored, now } = await table.read(id);
      return { record: stored?.record, now };
    },
    list: (query) => listRecords(table, query),
    committed: async (budget) => {
      const { rows } = await connection.query(statements.committed, [budget]);
      return Number(rows[0]?.["usd"] ?? 0);
    },
    payload: {
      put: async (id, input) => {
        await connection.query(statements.putInput, [...idOf(id), JSON.stringify(input)]);
      },
      get: async (id) => {
        const { rows } = await connection.query(statements.getInput, idOf(id));
        const input = rows[0]?.["input"];
        return typeof input === "string" ? JSON.parse(input) : undefined;
      },
      remove: async (id) => {
        await connection.query(statements.removeInput, idOf(id));
      },
    },
    close: async () => {},
  });
}

/** Another program has changed the record: the transaction is rolled back and made again. */
class RecordChanged extends Error {}

async function changeInTransaction(
  connection: PostgresConnection,
  statements: Statements,
  id: RecordId,
  rule: Rule,
  inTransaction: (executor: PostgresExecutor) => Promise<void>,
): Promise<Changed> {
  for (;;) {
    try {
      return await connection.transaction(async (executor) => {
        const { read, replace } = createPostgresTable(executor, statements);
        const once = {
          read,
          replace: async (replacement: Parameters<typeof replace>[0]) => {
            const written = await replace(replacement);
            if (written === "changed") throw new RecordChanged();
            return written;
          },
        };
        const changed = await changeRecord(once, id, rule);
        await inTransaction(executor);
        return changed;
      });
    } catch (error) {
      if (!(error instanceof RecordChanged)) throw error;
    }
  }
}
