import { randomBytes } from "node:crypto";
import { Redis } from "ioredis";
import { Client } from "pg";
import { vi } from "vitest";
import { findProgram, startPostgres, startRedis } from "./programs.js";
import type { OwnServer } from "./programs.js";

const isThere = (url: string): Promise<boolean> =>
  ask(url, "select 1").then(
    () => true,
    () => false,
  );

const ask = async (url: string, statement: string): Promise<void> => {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  try {
    await client.connect();
    await client.query(statement);
  } finally {
    await client.end().catch(() => undefined);
  }
};

const pingRedis = async (port: number): Promise<void> => {
  const redis = new Redis({ port, lazyConnect: true, retryStrategy: null, connectTimeout: 2000 });
  redis.on("error", () => undefined);
  try {
    await redis.connect();
    await redis.ping();
  } finally {
    redis.disconnect();
  }
};

/** A database of a test's own. */
export interface TestDatabase {
  readonly url: string;
  /** Removes the database. */
  close(): Promise<void>;
}

const running = process.env["TEST_POSTGRES_URL"] ?? "postgres://postgres@127.0.0.1:5432/postgres";

const withDatabase = (url: string, name: string): string =>
  Object.assign(new URL(url), { pathname: name }).href;

/** Connections that have just been ended are given time to close; only what a killed program has left is cut off. */
const dropDatabase = async (server: string, name: string): Promise<void> => {
  const drop = `drop database if exists ${name}`;
  try {
    await vi.waitFor(() => ask(server, drop), { timeout: 10_000, interval: 200 });
  } catch {
    await ask(server, `${drop} with (force)`);
  }
};

const createDatabase = async (server: string, closeServer?: () => Promise<void>): Promise<TestDatabase> => {
  const name = `runcomfy_test_${randomBytes(6).toString("hex")}`;
  await ask(server, `create database ${name}`);
  return {
    url: withDatabase(server, name),
    close: async () => {
      if (closeServer) await closeServer();
      else await dropDatabase(server, name);
    },
  };
};

const urlOf = ({ port }: OwnServer): string => `postgres://postgres@127.0.0.1:${port}/postgres`;

/** A PostgreSQL of the tests' own that can be killed, or undefined where the programs are missing. */
export const startOwnPostgres = async (): Promise<(OwnServer & { readonly url: string }) | undefined> => {
  const [initdb, postgres] = [findProgram("initdb"), findProgram("postgres")];
  if (!initdb || !postgres) return undefined;
  const server = await startPostgres(initdb, postgres, (port) =>
    ask(`postgres://postgres@127.0.0.1:${port}/postgres`, "select 1"),
  );
  return { ...server, url: urlOf(server) };
};

/** A database on the server that runs here, else on one that is started for the test; undefined where there is neither. */
export const openDatabase = async (): Promise<TestDatabase | undefined> => {
  if (await isThere(running)) return createDatabase(running);
  const own = await startOwnPostgres();
  return own && createDatabase(own.url, own.close);
};

/** A Redis of the tests' own with an append-only file unless told otherwise; undefined where the program is missing. */
export const startOwnRedis = async (
  ...settings: readonly string[]
): Promise<(OwnServer & { readonly url: string }) | undefined> => {
  const program = findProgram("redis-server");
  if (!program) return undefined;
  const words = settings.length > 0 ? settings : ["--appendonly", "yes"];
  const server = await startRedis(program, words, pingRedis);
  return { ...server, url: `redis://127.0.0.1:${server.port}` };
};

/** Says why tests are left out, once for each file. */
export const sayMissing = (name: string, found: unknown): boolean => {
  if (found) return false;
  console.log(
    `${name} is not here: its tests are skipped. npm run test:engines fetches PostgreSQL; apt-get has both.`,
  );
  return true;
};
