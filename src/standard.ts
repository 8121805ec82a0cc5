import { splitPointer } from "./issue.js";
import type { Issue } from "./issue.js";
import type { Model } from "./model.js";
import { checkInput } from "./validate.js";

/** What Standard Schema v1 asks of a schema: form, router and server libraries take anything of this shape. */
export interface StandardSchema<Value> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: "runcomfy-models";
    readonly validate: (value: unknown) => StandardResult<Value>;
    /** For the type checker; never present at run time. */
    readonly types?: { readonly input: Value; readonly output: Value };
  };
}

/** The value itself, or what is wrong with it. */
export type StandardResult<Value> =
  | { readonly value: Value; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path: readonly (string | number)[] }[] };

/**
 * The model as a Standard Schema (https://standardschema.dev) of its input. It is still a model: the client takes it as well.
 *
 * Checks the same as `submit` does and never changes the value. Warnings pass.
 */
export const standard = <Input, Output>(
  model: Model<Input, Output>,
): Model<Input, Output> & StandardSchema<Input> => ({
  ...model,
  "~standard": {
    version: 1,
    vendor: "runcomfy-models",
    validate: (value) => {
      const issues = checkInput(model, value).filter((issue) => issue.severity !== "warning");
      return issues.length === 0
        ? { value: value as Input }
        : { issues: issues.map((issue) => ({ message: issue.message, path: pathOf(issue, value) })) };
    },
  },
});

/** The keys of a JSON pointer; places in arrays as numbers, as libraries expect them. */
const pathOf = (issue: Issue, value: unknown): (string | number)[] => {
  let place = value;
  return splitPointer(issue.path).map((key) => {
    const step = Array.isArray(place) ? Number(key) : key;
    place = isFields(place) && Object.hasOwn(place, step) ? place[step] : undefined;
    return step;
  });
};

const isFields = (value: unknown): value is { readonly [key: string | number]: unknown } =>
  typeof value === "object" && value !== null;
