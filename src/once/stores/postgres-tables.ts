import { ConfigError } from "../../errors/errors.js";
import type { PostgresExecutor } from "./postgres-connection.js";
import { createTogether, postgresCode } from "./postgres-creation.js";

/** Tables that a schema must have. */
export interface TablePlan {
  readonly schema: string;
  /** The columns that are used, by the full name of their table. */
  readonly columns: { readonly [table: string]: string };
  /** The statements that create what is missing; they alter nothing. The first creates the schema. */
  readonly statements: readonly string[];
}

/** The full names of the store's tables. */
export interface StoreTables {
  readonly jobs: string;
  readonly inputs: string;
  readonly budgets: string;
}

/** Checks the name of a schema. Throws a ConfigError if it cannot be written without quotes. */
export function checkSchema(schema: string): void {
  if (!/^[a-z_][a-z0-9_]{0,47}$/.test(schema))
    throw new ConfigError(
      `The schema ${JSON.stringify(schema)} must be at most 48 lower-case letters, digits and underscores.`,
    );
}

/** Names the store's tables in a schema. */
export function nameStoreTables(schema: string): StoreTables {
  return { jobs: `${schema}.jobs`, inputs: `${schema}.inputs`, budgets: `${schema}.budgets` };
}

/** The store's tables. Names are ordered by code point, as the other stores order them. */
export function planStoreTables(schema: string): TablePlan {
  const { jobs, inputs, budgets } = nameStoreTables(schema);
  const name = 'text collate "C" not null';
  return {
    schema,
    columns: {
      [jobs]: "origin, space, key, state, revision, record, waiter",
      [inputs]: "origin, space, key, input",
      [budgets]: "id, committed_usd",
    },
    statements: [
      `create schema if not exists ${schema}`,
      // Records and inputs are text: jsonb would refuse the NUL characters and lone surrogates that JSON can carry. `waiter` is for
      // workers: the one that waits for the job or saves its files.
      `create table if not exists ${jobs} (origin ${name}, space ${name}, key ${name}, state text not null, ` +
        "revision bigint not null, record text not null, waiter text, primary key (origin, space, key))",
      `create index if not exists jobs_by_state on ${jobs} (state, origin, space, key)`,
      `create index if not exists jobs_left on ${jobs} (origin, space, key) ` +
        "where state = 'accepted' or (state = 'done' and waiter is not null)",
      `create index if not exists jobs_by_waiter on ${jobs} (waiter) where waiter is not null`,
      `create table if not exists ${inputs} (origin ${name}, space ${name}, key ${name}, input text not null, ` +
        "primary key (origin, space, key))",
      `create table if not exists ${budgets} (id text primary key, committed_usd numeric not null)`,
    ],
  };
}

/** Codes of PostgreSQL. */
const missing = ["42P01", "3F000"];
const foreign = ["42703", "42809"];
const notPermitted = "42501";

/**
 * Creates tables where they are missing. Rejects with a ConfigError that says which statements to run where the user of the
 * database may not create them, or where a table of that name is somebody else's.
 */
export async function ensureTables(connection: PostgresExecutor, plan: TablePlan): Promise<void> {
  try {
    await probe(connection, plan);
    return;
  } catch (error) {
    if (!missing.includes(postgresCode(error))) throw explain(error, plan);
  }
  try {
    // A session that waited for another one may still believe that the schema is missing: it sees it the second time.
    await createTogether(() => connection.query(createInOneStep(plan)));
    await probe(connection, plan);
  } catch (error) {
    throw explain(error, plan);
  }
}

async function probe(connection: PostgresExecutor, { columns }: TablePlan): Promise<void> {
  for (const [table, names] of Object.entries(columns))
    await connection.query(`select ${names} from ${table} limit 0`);
}

/** Many workers may start at once: they create the tables one after the other, and all or none of them. */
function createInOneStep({ schema, statements }: TablePlan): string {
  const [createSchema, ...createTables] = statements;
  // Creating a schema that exists needs a permission, too.
  return `do $$ begin
    perform pg_advisory_xact_lock(7246812351);
    if to_regnamespace('${schema}') is null then ${createSchema}; end if;
    ${createTables.join(";\n    ")};
  end $$`;
}

function explain(error: unknown, { schema, statements }: TablePlan): unknown {
  const code = postgresCode(error);
  if (code === notPermitted)
    return new ConfigError(
      `The user of this database may not create or use the tables of the schema ${schema}. Let its owner run these statements, and ` +
        `grant this user usage of the schema, and select, insert, update and delete on its tables:\n${statements.join(";\n")};`,
      { cause: error },
    );
  if (foreign.includes(code))
    return new ConfigError(
      `The schema ${schema} has a table of other columns under a name that is needed here; nothing was altered. ` +
        'Use a schema of its own: postgresStore(pool, { schema: "another" }).',
      { cause: error },
    );
  return error;
}
