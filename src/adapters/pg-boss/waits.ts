import type { PostgresExecutor } from "../../once/stores/postgres-connection.js";
import type { JobRecord, RecordId } from "../../once/record/record.js";
import type { QueueTables } from "./queue-tables.js";

/**
 * The waits of one worker. A record in the state `accepted` is itself the wait: acceptance and wait are written by one statement,
 * so no paid job is ever without either. A worker marks the records that it waits for with its name, and only the name has a
 * lease: thousands of waits cost the database one small statement for each renewal.
 *
 * A record that is done keeps the mark until its files are saved: marked with a name that no living worker has, it is taken again.
 */
export interface Waits {
  /** Renews the lease of this worker. */
  renew(leaseMs: number): Promise<void>;
  /** Takes records that no living worker waits for. */
  take(count: number): Promise<readonly JobRecord[]>;
  /** Removes the mark of a record: its job has ended, and no file is left to be saved. */
  finish(id: RecordId): Promise<void>;
  /** Frees a record for the next worker that takes one. */
  release(id: RecordId): Promise<void>;
  /** Leaves a record whose job the service does not know: nobody waits for it before the batch is run again. */
  giveUp(id: RecordId): Promise<void>;
  /** Hands all records of this worker to the others at once, and ends its lease. */
  close(): Promise<void>;
}

/** The mark of a record that is left for any worker. */
export const nobody = "";

/** The mark of a record whose job the service does not know. */
export const givenUp = "given up";

/** The waits of a worker for the jobs of one service. */
export function createWaits(
  connection: PostgresExecutor,
  { jobs, workers }: QueueTables,
  origin: string,
  worker: string,
): Waits {
  const renewing = `insert into ${workers} as w (id, alive_until)
    values ($1, clock_timestamp() + $2::float8 * interval '1 millisecond')
    on conflict (id) do update set alive_until = excluded.alive_until`;
  const cleaning = `delete from ${workers} where alive_until < clock_timestamp() - interval '1 day'`;
  const taking = `with free as (
      select origin, space, key from ${jobs} j
      where origin = $1 and (state = 'accepted' or (state = 'done' and waiter is not null))
        and waiter is distinct from '${givenUp}' and (waiter is null or not exists (
          select from ${workers} w where w.id = j.waiter and w.alive_until > clock_timestamp()))
      order by space, key limit $3 for update skip locked
    )
    update ${jobs} j set waiter = $2 from free f
    where j.origin = f.origin and j.space = f.space and j.key = f.key
    returning j.record`;
  const marking = `update ${jobs} set waiter = $5 where origin = $1 and space = $2 and key = $3 and waiter = $4`;
  const mark = async ({ space, key }: RecordId, waiter: string | null): Promise<void> => {
    await connection.query(marking, [origin, space, key, worker, waiter]);
  };
  return {
    renew: async (leaseMs) => {
      await connection.query(renewing, [worker, leaseMs]);
      await connection.query(cleaning);
    },
    take: async (count) => {
      const { rows } = await connection.query(taking, [origin, worker, count]);
      return rows.map((row) => JSON.parse(String(row["record"])) as JobRecord);
    },
    finish: (id) => mark(id, null),
    release: (id) => mark(id, nobody),
    giveUp: (id) => mark(id, givenUp),
    close: async () => {
      await connection.query(`update ${jobs} set waiter = $2 where waiter = $1`, [worker, nobody]);
      await connection.query(`delete from ${workers} where id = $1`, [worker]);
    },
  };
}
