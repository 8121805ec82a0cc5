import { nameBudget } from "../../once/record/budget-name.js";
import type { PostgresExecutor } from "../../once/stores/postgres-connection.js";
import type { State } from "../../once/record/record.js";
import type { Store } from "../../once/record/store.js";
import type { QueueTables } from "./queue-tables.js";
import { givenUp } from "./waits.js";

/** The limits of a batch, which all workers share. */
export interface BatchLimits {
  /** US dollars for all rows. Default: no limit. */
  readonly maxUsd?: number | undefined;
  /** US dollars to count for a row whose price is not known, or known only as a starting price. Default none. */
  readonly assumeUsd?: number | undefined;
}

/** The progress of a batch. */
export interface BatchProgress {
  /** The number of records in each state; a state without records is absent. */
  readonly states: { readonly [state in State]?: number };
  /** Rows that are done, and whose files are still to be saved. */
  readonly unsaved: number;
  /** Accepted rows whose job the service does not know: nobody waits for them. */
  readonly givenUp: number;
  /** US dollars that its budget has committed. */
  readonly committedUsd: number;
  /** Workers whose lease runs. */
  readonly workers: number;
}

/** The batches in the database. */
export interface Batches {
  /** Stores the limits of a batch; those of an earlier run are replaced. */
  write(space: string, limits: BatchLimits): Promise<void>;
  /** Reads the limits of a batch; none where it was never written. */
  read(space: string): Promise<BatchLimits>;
  progress(space: string): Promise<BatchProgress>;
  /** Leaves a row that is done for the workers, which fetch the files that are missing. */
  saveAgain(space: string, key: string): Promise<void>;
  /** Leaves a row for the workers whose job the service did not know. */
  waitAgain(space: string, key: string): Promise<void>;
}

/** The batches of one service. */
export function createBatches(
  connection: PostgresExecutor,
  { jobs, budgets, workers, batches }: QueueTables,
  origin: string,
  records: Store,
): Batches {
  const toNumber = (value: unknown): number | undefined => (value == null ? undefined : Number(value));
  return {
    write: async (space, { maxUsd = null, assumeUsd = null }) => {
      await connection.query(
        `insert into ${batches} (origin, space, max_usd, assume_usd) values ($1, $2, $3, $4)
        on conflict (origin, space) do update set max_usd = excluded.max_usd, assume_usd = excluded.assume_usd`,
        [origin, space, maxUsd, assumeUsd],
      );
    },
    read: async (space) => {
      const { rows } = await connection.query(
        `select max_usd, assume_usd from ${batches} where origin = $1 and space = $2`,
        [origin, space],
      );
      return { maxUsd: toNumber(rows[0]?.["max_usd"]), assumeUsd: toNumber(rows[0]?.["assume_usd"]) };
    },
    progress: async (space) => {
      const counted = await connection.query(
        `select state, count(*) as count, count(*) filter (where state = 'done' and waiter is not null) as unsaved,
          count(*) filter (where state = 'accepted' and waiter = '${givenUp}') as given_up
        from ${jobs} where origin = $1 and space = $2 group by state`,
        [origin, space],
      );
      const others = await connection.query(
        `select coalesce((select committed_usd from ${budgets} where id = $1), 0) as usd,
          (select count(*) from ${workers} where alive_until > clock_timestamp()) as workers`,
        [nameBudget({ origin, space })],
      );
      const { rows } = counted;
      const states: { [state in State]?: number } = Object.fromEntries(
        rows.map(({ state, count }) => [String(state), Number(count)]),
      );
      return {
        states: await withoutExpired(states, records.list({ origin, space, state: "sending" })),
        unsaved: rows.reduce((sum, { unsaved }) => sum + Number(unsaved), 0),
        givenUp: rows.reduce((sum, { given_up: count }) => sum + Number(count), 0),
        committedUsd: Number(others.rows[0]?.["usd"]),
        workers: Number(others.rows[0]?.["workers"]),
      };
    },
    waitAgain: async (space, key) => {
      await connection.query(
        `update ${jobs} set waiter = null where origin = $1 and space = $2 and key = $3 and state = 'accepted' and waiter = '${givenUp}'`,
        [origin, space, key],
      );
    },
    saveAgain: async (space, key) => {
      await connection.query(
        `update ${jobs} set waiter = '' where origin = $1 and space = $2 and key = $3 and state = 'done' and waiter is null`,
        [origin, space, key],
      );
    },
  };
}

/**
 * Counts a row whose worker was killed while it sent the row: the row is stored as `sending`, and is unknown once its lease has run
 * out.
 */
async function withoutExpired(
  { sending = 0, unknown = 0, ...others }: BatchProgress["states"],
  living: AsyncIterable<{ readonly key: string }>,
): Promise<BatchProgress["states"]> {
  const keys: string[] = [];
  if (sending > 0) for await (const { key } of living) keys.push(key);
  const alive = keys.length;
  const lost = unknown + Math.max(0, sending - alive);
  return { ...others, ...(alive > 0 && { sending: alive }), ...(lost > 0 && { unknown: lost }) };
}
