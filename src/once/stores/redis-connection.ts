import { ConfigError } from "../../errors/errors.js";

/** A connection as `ioredis` has it, and therefore BullMQ. */
export interface IoRedis {
  /** Runs a script on the server. */
  eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>;
  /** Sends any command. */
  call(command: string, ...words: string[]): Promise<unknown>;
}

/** A connection as the package `redis` has it. */
export interface NodeRedis {
  /** Runs a script on the server. */
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  /** Sends any command. */
  sendCommand(words: string[]): Promise<unknown>;
}

/** The two things that the store needs of any Redis client. */
export interface RedisConnection {
  run(script: string, keys: readonly string[], words: readonly string[]): Promise<unknown>;
  command(...words: readonly [string, ...string[]]): Promise<unknown>;
}

/** Wraps a client of either package, so that both are used in the same way. Throws a ConfigError for anything else. */
export function connectRedis(redis: IoRedis | NodeRedis): RedisConnection {
  if (isIoRedis(redis))
    return {
      run: (script, keys, words) => redis.eval(script, keys.length, ...keys, ...words),
      command: (first, ...words) => redis.call(first, ...words),
    };
  if (isNodeRedis(redis))
    return {
      run: (script, keys, words) => redis.eval(script, { keys: [...keys], arguments: [...words] }),
      command: (...words) => redis.sendCommand([...words]),
    };
  throw new ConfigError("redisStore needs a client of the package ioredis or of the package redis.");
}

function has(value: unknown, ...names: readonly string[]): boolean {
  return names.every(
    (name) => typeof (Object(value) as { readonly [name: string]: unknown })[name] === "function",
  );
}

function isIoRedis(redis: IoRedis | NodeRedis): redis is IoRedis {
  return has(redis, "eval", "call");
}

function isNodeRedis(redis: IoRedis | NodeRedis): redis is NodeRedis {
  return has(redis, "eval", "sendCommand");
}
