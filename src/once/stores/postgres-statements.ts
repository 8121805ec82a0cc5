import type { StoreTables } from "./postgres-tables.js";

/** The statements of the store; each is one step for the database, so that a program that stops holds no lock. */
export interface Statements {
  /** $1 origin, $2 space, $3 key. Always one row: the server's time, and the record if there is one. */
  readonly read: string;
  /** $1 origin, $2 space, $3 key, $4 state, $5 record. */
  readonly insert: string;
  /**
   * $1 origin, $2 space, $3 key, $4 the revision that was read, $5 state, $6 record, $7 budgets, $8 the dollars to commit to each, $9
   * budgets with a limit, $10 the dollars to commit to each, $11 their limits. A budget with a limit must have a row.
   */
  readonly replace: string;
  /** $1 budgets that need a row. */
  readonly addBudgets: string;
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
    // The job's row is locked first, then the budgets', always in the same order. An amount is compared with what a locked row has, not
    // with what it had when the statement began, so that no two claims can spend the same dollars.
    replace: `with mine as (
        select 1 from ${jobs} where ${thisJob} and revision = $4 for update
      ), locked as (
        select b.id, b.committed_usd from ${budgets} b
          where b.id = any ($7::text[] || $9::text[]) and exists (select from mine) order by b.id for update
      ), limits as (
        select * from unnest($9::text[], $10::numeric[], $11::numeric[]) as l (id, usd, most)
      ), permitted as (
        select 1 from mine
          where not exists (select from limits l left join locked b using (id) where b.id is null)
          and not exists (select from limits l join locked b using (id) where b.committed_usd + l.usd > l.most)
      ), committed as (
        insert into ${budgets} as b (id, committed_usd)
          select g.id, g.usd from permitted, unnest($7::text[], $8::numeric[]) as g (id, usd) order by g.id
        on conflict (id) do update set committed_usd = b.committed_usd + excluded.committed_usd
      ), written as (
        update ${jobs} set state = $5, record = $6, revision = revision + 1
          where ${thisJob} and revision = $4 and exists (select from permitted)
        returning 1
      )
      select exists (select from mine) as found, exists (select from written) as written,
        exists (select from limits l left join locked b using (id) where b.id is null) as unlisted`,
    addBudgets:
      `insert into ${budgets} (id, committed_usd) select id, 0 from unnest($1::text[]) as g (id) order by id ` +
      "on conflict do nothing",
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
