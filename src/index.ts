export { createClient } from "./client.js";
export type { Client, InputOf, ModelLike, OutputOf, UntypedInput } from "./client.js";
export type {
  ClientOptions,
  Logger,
  Precheck,
  ResultOptions,
  RunOptions,
  SubmitOptions,
  WaitOptions,
} from "./options.js";
export type { TokenSource } from "./token.js";
export type {
  Balance,
  CancelResult,
  CatalogueEntry,
  CataloguePage,
  Job,
  JobResult,
  ListOptions,
} from "./surface.js";
export type { JobStatus, JobUpdate } from "./status.js";
export {
  AuthError,
  ConfigError,
  ConnectionError,
  HttpError,
  InputError,
  InsufficientBalanceError,
  JobCancelledError,
  JobFailedError,
  JobTimeoutError,
  NotFoundError,
  ResponseError,
  RunComfyError,
  SubmitUnknownError,
  isRunComfyError,
} from "./errors.js";
export type { AnyRunComfyError, ErrorCode, JobRef, SubmitPhase } from "./errors.js";
export { checkInput } from "./validate.js";
export type { Issue } from "./issue.js";
export { estimate } from "./price.js";
export type { Estimate } from "./price.js";
export type {
  InputSchema,
  Json,
  MediaLimits,
  MediaRules,
  Model,
  Price,
  Schema,
  SchemaType,
} from "./model.js";
export type { Clock } from "./time.js";
