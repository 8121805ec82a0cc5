export { createClient } from "./client.js";
export type { Client, InputOf, ModelLike, OutputOf, RunnableModel, UntypedInput } from "./client.js";
export type {
  ClientOptions,
  Logger,
  Precheck,
  RequestEvent,
  ResultOptions,
  RunOptions,
  SignalOptions,
  StatusOptions,
  SubmitOptions,
  TokenSource,
  WaitOptions,
} from "./options/client-options.js";
export type { CancelResult, Job, JobResult } from "./job/job-types.js";
export type { Call } from "./protocol/exchange.js";
export type { JobStatus, JobUpdate, Trouble } from "./protocol/status.js";
export type { Balance } from "./wire/account.js";
export {
  AuthError,
  ConfigError,
  ConnectionError,
  HttpError,
  InputError,
  InsufficientBalanceError,
  JobAbortedError,
  JobCancelledError,
  JobFailedError,
  JobTimeoutError,
  NotFoundError,
  ResponseError,
  RunComfyError,
  SubmitUnknownError,
  isRunComfyError,
} from "./errors/errors.js";
export type { ErrorCode, JobRef, SubmitPhase } from "./errors/error-fields.js";
export type { AnyRunComfyError } from "./errors/errors.js";
export type { CheckedModel } from "./input/define-model.js";
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
