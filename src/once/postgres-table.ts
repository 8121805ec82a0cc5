import type { RecordTable, Replacement, Written } from "./compare-and-set.js";
import type { PostgresExecutor } from "./postgres-connection.js";
import type { Statements } from "./postgres-statements.js";
import type { JobRecord } from "./record.js";
import { budgetChanges } from "./transitions.js";

/** The records in PostgreSQL, read and replaced through a pool, a connection or a transaction. */
export function createPostgresTable(executor: PostgresExecutor, statements: Statements): RecordTable {
  return {
    read: async ({ origin, space, key }) => {
      const { rows } = await executor.query(statements.read, [origin, space, key]);
      const { now, record, revision } = rows[0]!;
      const stored = record === null ? undefined : { record: parse(record), revision: Number(revision) };
      return { stored, now: Number(now) };
    },
    replace: async (change) => {
      const { before, id, record } = change;
      if (before) return replace(executor, statements, change, before.revision);
      const words = [id.origin, id.space, id.key, record.state, JSON.stringify(record)];
      const { rows } = await executor.query(statements.insert, words);
      return rows.length > 0 ? "written" : "changed";
    },
    page: async ({ origin = null, space = null, states = null, after, limit }) => {
      const words = [origin, space, states, after.origin, after.space, after.key, limit];
      const { rows } = await executor.query(statements.list, words);
      return { records: rows.map(({ record }) => parse(record)), now: Number(rows[0]?.["now"]) };
    },
  };
}

async function replace(
  executor: PostgresExecutor,
  statements: Statements,
  { id, before, record, within }: Replacement,
  revision: number,
): Promise<Written> {
  const changes = budgetChanges(before?.record, record);
  const others = changes.filter(({ budget }) => budget !== within?.budget);
  const limited = changes.find(({ budget }) => budget === within?.budget)?.usd ?? 0;
  const { rows } = await executor.query(statements.replace, [
    ...[id.origin, id.space, id.key, revision, record.state, JSON.stringify(record)],
    ...[others.map(({ budget }) => budget), others.map(({ usd }) => usd)],
    ...[within?.budget ?? null, limited, within?.maxUsd ?? null],
  ]);
  if (rows[0]?.["written"] === true) return "written";
  return rows[0]?.["found"] === true ? "over" : "changed";
}

function parse(text: unknown): JobRecord {
  return JSON.parse(String(text)) as JobRecord;
}
