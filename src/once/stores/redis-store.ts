import { aBoolean, aNumber, aText, checkOptions } from "../../options/check-options.js";
import type { OptionRules } from "../../options/check-options.js";
import { createStore } from "./backed-store.js";
import { changeRecord, listRecords } from "./compare-and-set.js";
import { connectRedis } from "./redis-connection.js";
import type { IoRedis, NodeRedis } from "./redis-connection.js";
import { readDurability, waitForReplicas } from "./redis-durability.js";
import type { RedisPromises } from "./redis-durability.js";
import { nameKeys } from "./redis-keys.js";
import { committedScript, getInputScript, putInputScript, removeInputScript } from "./redis-scripts.js";
import { createRedisTable, nanodollars } from "./redis-table.js";
import type { Store } from "../record/store.js";

/** Options of `redisStore`. */
export interface RedisStoreOptions extends RedisPromises {
  /** Begins all keys of the store. Default `"runcomfy"`. */
  readonly prefix?: string;
}

const rules: OptionRules<RedisStoreOptions> = { prefix: aText, acceptDataLoss: aBoolean, replicas: aNumber };

/**
 * Keeps records in Redis, for any number of machines. Takes a client of the package `ioredis`, which BullMQ uses, or of the package
 * `redis`; `close` leaves it open, since it is the caller's. `open` rejects with a ConfigError where the server may forget what it
 * has confirmed, since jobs could then be paid twice: it needs an append-only file, no eviction, and with replicas the option
 * `replicas`. Every method rejects with the errors of the client.
 *
 * The function given as `inTransaction` runs before the change: Redis has no transaction that could hold both. It must be one that
 * may run more often than the change is made.
 *
 * @throws ConfigError if it is given something else than such a client.
 */
export function redisStore(redis: IoRedis | NodeRedis, options: RedisStoreOptions = {}): Store {
  checkOptions("redisStore", options, rules);
  const client = connectRedis(redis);
  const keys = nameKeys(options.prefix ?? "runcomfy");
  const connection = {
    ...client,
    write: async (script: string, names: readonly string[], words: readonly string[]): Promise<unknown> => {
      const answer = await client.run(script, names, words);
      await waitForReplicas(client, options.replicas ?? 0);
      return answer;
    },
  };
  const table = createRedisTable(connection, keys);
  return createStore({
    open: () => readDurability(client, options),
    change: async (id, rule, { inTransaction } = {}) => {
      await inTransaction?.(undefined);
      return changeRecord(table, id, rule);
    },
    read: async (id) => {
      const { stored, now } = await table.read(id);
      return { record: stored?.record, now };
    },
    list: (query) => listRecords(table, query),
    committed: async (budget) =>
      Number(await client.run(committedScript, [keys.budgets], [budget])) / nanodollars,
    payload: {
      put: async (id, input) => {
        await connection.write(putInputScript, [keys.input(id)], [JSON.stringify(input)]);
      },
      get: async (id) => {
        const text = await client.run(getInputScript, [keys.input(id)], []);
        return typeof text === "string" ? JSON.parse(text) : undefined;
      },
      remove: async (id) => {
        await connection.write(removeInputScript, [keys.input(id)], []);
      },
    },
    close: async () => {},
  });
}
