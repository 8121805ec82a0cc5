/** The entry point `runcomfy-models/once`: one key, one job, one payment. */
export { createOnce } from "./once.js";
export type {
  AttachInput,
  Budget,
  JobEnd,
  Once,
  OnceOptions,
  OnceRunOptions,
  OnceSubmitOptions,
  SettleOptions,
  Standing,
} from "./once-types.js";
export { memoryStore } from "./stores/memory-store.js";
export { BudgetError, KeyConflictError, RecordError } from "./record/once-errors.js";
export type {
  JobRecord,
  NewRecord,
  OtherJob,
  RecordFailure,
  RecordId,
  RecordedFile,
  State,
} from "./record/record.js";
export type { Claim, Durability, Move, Places, Query, RecentQuery, Store } from "./record/store.js";
export { digestInput } from "./record/input-digest.js";
export type { InputDigest } from "./record/input-digest.js";
export { postgresStore } from "./stores/postgres-store.js";
export type { PostgresStoreOptions } from "./stores/postgres-store.js";
export type { PostgresExecutor, PostgresRow } from "./stores/postgres-connection.js";
export { redisStore } from "./stores/redis-store.js";
export type { RedisStoreOptions } from "./stores/redis-store.js";
export type { IoRedis, NodeRedis } from "./stores/redis-connection.js";
