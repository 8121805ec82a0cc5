import { Redis } from "ioredis";
import pg from "pg";
import { createClient } from "redis";
import { afterAll, describe } from "vitest";
import { postgresStore, redisStore } from "../../src/once/index.js";
import type { Store } from "../../src/once/index.js";
import { describeStore } from "../once/store-suite.js";
import type { Place } from "../once/store-suite.js";
import { openDatabase, sayMissing, startOwnRedis } from "./support/services.js";

const [database, server] = [await openDatabase(), await startOwnRedis()];

afterAll(async () => {
  await database?.close();
  await server?.close();
});

/** A store on a connection of its own, and the end of that connection. */
type Connected = readonly [Store, () => Promise<unknown>];
let places = 0;

/** Places that are told apart by a name of their own. */
const placesBy = (connect: (name: string) => Promise<Connected>) => async (): Promise<Place> => {
  const name = `place_${++places}`;
  const ends: Connected[1][] = [];
  return {
    connect: async () => {
      const [store, end] = await connect(name);
      ends.push(end);
      return store;
    },
    remove: async () => {
      for (const end of ends) await end();
    },
  };
};

const onPool = (max: number) =>
  placesBy(async (schema) => {
    const pool = new pg.Pool({ connectionString: database!.url, max });
    return [postgresStore(pool, { schema }), () => pool.end()];
  });

describe.skipIf(sayMissing("PostgreSQL", database))("PostgreSQL", () => {
  describeStore("postgresStore on a pool", onPool(4));

  describeStore("postgresStore on a pool of one connection", onPool(1));

  describeStore(
    "postgresStore on a single connection",
    placesBy(async (schema) => {
      const client = new pg.Client({ connectionString: database!.url });
      await client.connect();
      return [postgresStore(client, { schema }), () => client.end()];
    }),
  );
});

describe.skipIf(sayMissing("Redis", server))("Redis", () => {
  describeStore(
    "redisStore on ioredis",
    placesBy(async (prefix) => {
      const redis = new Redis(server!.url);
      return [redisStore(redis, { prefix }), () => redis.quit()];
    }),
  );

  describeStore(
    "redisStore on the package redis",
    placesBy(async (prefix) => {
      const redis = await createClient({ url: server!.url }).connect();
      return [redisStore(redis, { prefix }), async () => redis.close()];
    }),
  );
});
