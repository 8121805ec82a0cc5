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
export { memoryStore } from "./memory-store.js";
export { BudgetError, KeyConflictError, RecordError } from "./once-errors.js";
export type {
  JobRecord,
  NewRecord,
  OtherJob,
  RecordFailure,
  RecordId,
  RecordedFile,
  State,
} from "./record.js";
export type { Claim, Durability, Move, Places, Query, RecentQuery, Store } from "./store.js";
export { digestInput } from "./input-digest.js";
export type { InputDigest } from "./input-digest.js";
export { postgresStore } from "./postgres-store.js";
export type { PostgresStoreOptions } from "./postgres-store.js";
export type { PostgresExecutor, PostgresRow } from "./postgres-connection.js";
export { redisStore } from "./redis-store.js";
export type { RedisStoreOptions } from "./redis-store.js";
export type { IoRedis, NodeRedis } from "./redis-connection.js";
