import type { StoreTables } from "./postgres-tables.js";

/** The statements of the store; each is one step for the database, so that a program that stops holds no lock. */
export interface Statements {
  /** $1 origin, $2 space, $3 key. Always one row: the server's time, and the record if there is one. */
  readonly read: string;
  /** $1 origin, $2 space, $3 key, $4 state, $5 record. */
  readonly insert: string;
  /**
   * $1 origin, $2 space, $3 key, $4 the revision that was read, $5 state, $6 record, $7 budgets, $8 the dollars to commit to each, $9
   * the budget with a limit or null, $10 its dollars, $11 its limit.
   */
  readonly replace: string;
  /** $1 origin or null, $2 space or null, $3 states or null, $4 to $6 the id behind which to go on, $7 the number of records. */
  readonly list: string;
  readonly committed: string;
  readonly putInput: string;
  readonly getInput: string;
  readonly removeInput: string;
}

const now = "(extract(epoch from clock_timestamp()) * 1000)::float8 as now";
const thisJob = "origin = $1 and space = $2 and key = $3";

/** Writes the statements for tables of these names. */
export function writeStatements({ jobs, inputs, budgets }: StoreTables): Statements {
  return {
    read:
      `select ${now}, j.record, j.revision::float8 as revision from (select 1) one ` +
      `left join ${jobs} j on ${thisJob}`,
    insert:
      `insert into ${jobs} (origin, space, key, state, revision, record) values ($1, $2, $3, $4, 1, $5) ` +
      "on conflict do nothing returning 1",
    // The job's row is locked first, then the budget's. The amount is added to what the budget has at that moment, not to what it had
    // when the statement began, so that no two claims can spend the same dollars.
    replace: `with mine as (
        select 1 from ${jobs} where ${thisJob} and revision = $4 for update
      ), limited as (
        insert into ${budgets} as b (id, committed_usd)
          select $9::text, $10::numeric from mine where $9::text is not null and $10::numeric <= $11::numeric
        on conflict (id) do update set committed_usd = b.committed_usd + excluded.committed_usd
          where b.committed_usd + excluded.committed_usd <= $11::numeric
        returning 1
      ), permitted as (
        select 1 from mine where $9::text is null or exists (select from limited)
      ), others as (
        insert into ${budgets} as b (id, committed_usd)
          select g.id, g.usd from permitted, unnest($7::text[], $8::numeric[]) as g (id, usd)
        on conflict (id) do update set committed_usd = b.committed_usd + excluded.committed_usd
      ), written as (
        update ${jobs} set state = $5, record = $6, revision = revision + 1
          where ${thisJob} and revision = $4 and exists (select from permitted)
        returning 1
      )
      select exists (select from mine) as found, exists (select from written) as written`,
    list:
      `select ${now}, record from ${jobs} ` +
      "where ($1::text is null or origin = $1) and ($2::text is null or space = $2) " +
      "and ($3::text[] is null or state = any ($3)) " +
      "and (origin, space, key) > ($4, $5, $6) order by origin, space, key limit $7",
    committed: `select committed_usd::float8 as usd from ${budgets} where id = $1`,
    putInput:
      `insert into ${inputs} (origin, space, key, input) values ($1, $2, $3, $4) ` +
      "on conflict (origin, space, key) do update set input = excluded.input",
    getInput: `select input from ${inputs} where ${thisJob}`,
    removeInput: `delete from ${inputs} where ${thisJob}`,
  };
}
