import type { JobRef } from "../../errors/error-fields.js";
import type { RecordId } from "../../once/index.js";
import type { JobUpdate } from "../../protocol/status.js";
import type { KnownAccount } from "../../once/once-context.js";
import type { KnownToken } from "./request-client.js";

/** A job that was paid, and whose acceptance the store has not taken yet. */
export interface UnnotedJob {
  readonly id: RecordId;
  readonly job: JobRef;
}

/** The service's last answer about a job. */
interface LastAnswer {
  readonly askedAt: number;
  readonly update?: JobUpdate;
}

/**
 * What a proxy remembers from request to request: plain data, never a promise. Except for unnoted jobs, all of it can be lost
 * without harm.
 */
export interface ProxyMemory {
  isOpen: boolean;
  readonly knownToken: KnownToken;
  readonly account: KnownAccount;
  readonly unnoted: Map<string, UnnotedJob>;
  /** The last answers about jobs, and the last times at which users' other jobs were asked for. */
  readonly answers: RecentMap<LastAnswer>;
  readonly visits: RecentMap<number>;
}

/** The latest entries of a map. */
export interface RecentMap<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
}

const mostEntries = 10_000;

/** Makes an empty memory. */
export function createProxyMemory(): ProxyMemory {
  return {
    isOpen: false,
    knownToken: {},
    account: {},
    unnoted: new Map(),
    answers: createRecentMap(),
    visits: createRecentMap(),
  };
}

/** Keeps the newest entries, so that any number of users does not fill the memory. */
function createRecentMap<Value>(): RecentMap<Value> {
  const entries = new Map<string, Value>();
  return {
    get: (key) => entries.get(key),
    set: (key, value) => {
      entries.delete(key);
      entries.set(key, value);
      if (entries.size > mostEntries) entries.delete(entries.keys().next().value!);
    },
  };
}
