import type { RecordTable, Replacement, Written } from "./compare-and-set.js";
import type { PostgresExecutor } from "./postgres-connection.js";
import type { Statements } from "./postgres-statements.js";
import type { JobRecord } from "../record/record.js";
import { amountOf, budgetChanges } from "../record/transitions.js";

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
  { id, before, record, within = [] }: Replacement,
  revision: number,
): Promise<Written> {
  const changes = budgetChanges(before?.record, record);
  const limited = within.map(({ budget }) => budget);
  const values = [
    ...[id.origin, id.space, id.key, revision, record.state, JSON.stringify(record)],
    ...[changes.map(({ budget }) => budget), changes.map(({ usd }) => usd)],
    ...[limited, limited.map((budget) => amountOf(changes, budget)), within.map(({ most }) => most)],
  ];
  for (;;) {
    const { rows } = await executor.query(statements.replace, values);
    const { found, written, unlisted } = rows[0]!;
    if (written === true) return "written";
    if (found !== true) return "changed";
    if (unlisted !== true) return "over";
    await executor.query(statements.addBudgets, [limited]);
  }
}

function parse(text: unknown): JobRecord {
  return JSON.parse(String(text)) as JobRecord;
}
