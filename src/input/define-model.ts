import { splitPointer } from "../errors/issue.js";
import type { Issue } from "../errors/issue.js";
import { checkInput } from "./check.js";
import type { InputSchema, Model, Price } from "./model.js";
import { estimate } from "./price.js";
import type { Estimate } from "./price.js";
import { readField } from "./price-multiplier.js";

/** The shape that Standard Schema v1 asks for: form, router and server libraries take anything that has it. */
export interface StandardSchema<Value> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: "runcomfy-models";
    /** Checks a value; needs no `this`. */
    readonly validate: (value: unknown) => StandardResult<Value>;
    /** For the type checker; never present at run time. */
    readonly types?: { readonly input: Value; readonly output: Value };
  };
}

/** The value itself, or the issues that it has. */
export type StandardResult<Value> =
  | { readonly value: Value; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path: readonly (string | number)[] }[] };

/** A class, so that TypeScript, too, knows that a copy of a model (`{ ...model }`) is without the methods. */
abstract class Checked<Input> implements StandardSchema<Input> {
  abstract readonly input: InputSchema<Input>;
  abstract readonly price?: Price;

  get "~standard"(): StandardSchema<Input>["~standard"] {
    return {
      version: 1,
      vendor: "runcomfy-models",
      validate: (value) => {
        const issues = this["~check"](value).filter(({ severity }) => !severity);
        return issues.length > 0
          ? { issues: issues.map(({ message, path }) => ({ message, path: findKeys(value, path) })) }
          : { value: value as Input };
      },
    };
  }

  /** All issues of an input, warnings included: the same as `checkInput(model, input)`. */
  "~check"(input: unknown): readonly Issue[] {
    return checkInput(this, input);
  }

  /** The price of a job: the same as `estimate(model, input)`. */
  "~estimate"(input: unknown): Estimate {
    return estimate(this, input);
  }
}

/** The keys that a JSON pointer names in a value, with numbers for places in arrays. */
export function findKeys(whole: unknown, path: string): (string | number)[] {
  let holder = whole;
  return splitPointer(path).map((key) => {
    const step = Array.isArray(holder) ? Number(key) : key;
    // Only the last key of a path can be a getter's, and a getter is not run.
    holder = readField(holder, key);
    return step;
  });
}

/**
 * A model with its methods: plain data, whose prototype has the input check, the price, and the interface of Standard Schema v1
 * (https://standardschema.dev). The check never changes a value. Warnings are no failures for Standard Schema.
 */
export interface CheckedModel<Input = unknown, Output = unknown>
  extends Model<Input, Output>, Checked<Input> {}

/**
 * Makes a model of its data: the id, the JSON Schema of the input, the price. Generated modules call it; call it yourself for a
 * model that you wrote by hand or changed. The data becomes the model's own keys.
 */
export function defineModel<Input, Output>(data: Model<Input, Output>): CheckedModel<Input, Output> {
  return Object.assign(Object.create(Checked.prototype), data);
}
