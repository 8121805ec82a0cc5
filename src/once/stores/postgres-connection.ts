/** Runs statements on PostgreSQL, as a pool or a connection of `pg` does. */
export interface PostgresExecutor {
  /** Runs one statement; `values` stand for `$1`, `$2` and so on. */
  query(text: string, values?: unknown[]): Promise<{ rows: PostgresRow[] }>;
}

/** One row of an answer, by column. */
export type PostgresRow = { readonly [column: string]: unknown };

/** A connection that a pool has lent. */
interface LentConnection extends PostgresExecutor {
  release(isBroken?: boolean): void;
}

/** A pool, as it shows itself at run time. */
interface LendingPool extends PostgresExecutor {
  connect(): Promise<LentConnection>;
}

/** Runs statements one by one, or several as one transaction. */
export interface PostgresConnection extends PostgresExecutor {
  /** Commits what `work` did, or rolls it back if `work` throws, and rejects with that error. */
  transaction<T>(work: (executor: PostgresExecutor) => Promise<T>): Promise<T>;
}

/** Wraps a pool or a single connection, so that both are used in the same way. */
export function connectPostgres(pool: PostgresExecutor): PostgresConnection {
  return isPool(pool) ? usePool(pool) : useSingleConnection(pool);
}

/** Only pools count their connections; a single connection has `connect`, too, which gives nothing. */
function isPool(pool: PostgresExecutor): pool is LendingPool {
  return "connect" in pool && typeof pool.connect === "function" && "totalCount" in pool;
}

function usePool(pool: LendingPool): PostgresConnection {
  return {
    query: (text, values) => pool.query(text, values),
    transaction: async (work) => {
      const connection = await pool.connect();
      let isBroken = true;
      try {
        const result = await runTransaction(connection, work, () => (isBroken = false));
        return result;
      } finally {
        // A connection whose transaction could not be ended is closed instead of lent again.
        connection.release(isBroken);
      }
    },
  };
}

/** All statements of one connection wait for each other: none may slip into the transaction of another caller. */
function useSingleConnection(pool: PostgresExecutor): PostgresConnection {
  let last: Promise<unknown> = Promise.resolve();
  const queue = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => undefined);
    return result;
  };
  return {
    query: (text, values) => queue(() => pool.query(text, values)),
    transaction: (work) => queue(() => runTransaction(pool, work, () => undefined)),
  };
}

async function runTransaction<T>(
  connection: PostgresExecutor,
  work: (executor: PostgresExecutor) => Promise<T>,
  onEnd: () => void,
): Promise<T> {
  await connection.query("begin");
  try {
    const result = await work(connection);
    await connection.query("commit");
    onEnd();
    return result;
  } catch (error) {
    await connection.query("rollback").then(onEnd, () => undefined);
    throw error;
  }
}
