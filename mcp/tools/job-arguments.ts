import type { Schema } from "runcomfy-models";

/** The argument of the tools about one job. */
export const jobArgument: Schema = {
  type: "string",
  minLength: 1,
  maxLength: 500,
  description: "The key of the job, or its id",
};

export const keyArgument: Schema = {
  type: "string",
  minLength: 1,
  maxLength: 200,
  description:
    "Your name for this one intended job, such as: cat-on-roof-1. Reuse it when you repeat the call, after an error, a timeout or a " +
    "restart: the same key is the same job and is paid once. A new key is a new job and a new payment.",
};

export const besideArgument: Schema = {
  type: "string",
  maxLength: 500,
  description:
    "The key of an earlier job with the same model and input. Give it only where a second job is wanted beside that one.",
};

export const inputArgument: Schema = {
  type: "object",
  description:
    "The fields that get_model describes. Media are https addresses, or paths of files in the allowed folders.",
};

export const modelArgument: Schema = {
  type: "string",
  minLength: 1,
  maxLength: 300,
  description: "The model's id",
};
