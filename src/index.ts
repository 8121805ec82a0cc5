export { createClient } from "./client.js";
export type { Client, UntypedInput } from "./client.js";
export type {
  ClientOptions,
  Logger,
  ResultOptions,
  RunOptions,
  SubmitOptions,
  WaitOptions,
} from "./options.js";
export type { TokenSource } from "./token.js";
export type { Job } from "./job.js";
export type { JobResult } from "./looks.js";
export type { CancelResult } from "./cancel.js";
export type { JobStatus, JobUpdate } from "./status.js";
export type { Balance, CatalogueEntry, CataloguePage, ListOptions } from "./catalogue-call.js";
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
