/** The entry point `runcomfy-models/standard`: all that a generated module needs, and nothing that sends. */
export { check, checkInput } from "./check.js";
export { defineModel } from "./define-model.js";
export type { CheckedModel, StandardResult, StandardSchema } from "./define-model.js";
export type { Issue, IssueCode } from "../errors/issue.js";
export type {
  InputSchema,
  Json,
  KeptKeywords,
  KeptSchema,
  MediaLimits,
  MediaRules,
  MediaUrl,
  Model,
  Price,
  Schema,
  SchemaType,
} from "./model.js";
export type { Estimate } from "./price.js";
export { vocabulary } from "./vocabulary.js";
export type { Keyword } from "./vocabulary.js";
