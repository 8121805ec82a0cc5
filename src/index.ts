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
} from "./options/client-options.js";
export type { TokenSource } from "./wire/token.js";
export type {
  Balance,
  CancelResult,
  CatalogueEntry,
  CataloguePage,
  Job,
  JobResult,
  ListOptions,
} from "./job/job-types.js";
export type { JobStatus, JobUpdate } from "./protocol/status.js";
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
} from "./errors/errors.js";
export type { AnyRunComfyError, ErrorCode, JobRef, SubmitPhase } from "./errors/errors.js";
export { checkInput } from "./input/check.js";
export type { CustomIssue, Issue, IssueCode } from "./errors/issue.js";
export { estimate } from "./input/price.js";
export type { Estimate } from "./input/price.js";
export type {
  InputSchema,
  Json,
  MediaLimits,
  MediaRules,
  Model,
  Price,
  Schema,
  SchemaType,
} from "./input/model.js";
export type { Clock } from "./time/clock.js";
