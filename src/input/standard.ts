import type { InputSchema, Model } from "./model.js";
import { inspectInput } from "./check.js";

export type { Model, Price } from "./model.js";

/** What Standard Schema v1 asks of a schema: form, router and server libraries take anything of this shape. */
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

/** The value itself, or what is wrong with it. */
export type StandardResult<Value> =
  | { readonly value: Value; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path: readonly (string | number)[] }[] };

/** A class, so that TypeScript, too, knows that a copy of a model (`{ ...model }`) is without the check. */
abstract class Checked<Input> implements StandardSchema<Input> {
  abstract readonly input: InputSchema<Input>;

  get "~standard"(): StandardSchema<Input>["~standard"] {
    return {
      version: 1,
      vendor: "runcomfy-models",
      validate: (value) => {
        const found = inspectInput(this, value).filter(({ severity }) => !severity);
        return found.length > 0
          ? { issues: found.map(({ message, keys }) => ({ message, path: keys })) }
          : { value: value as Input };
      },
    };
  }
}

/**
 * A model that is a Standard Schema (https://standardschema.dev) of its input, as every generated module exports one: plain data,
 * with the check on its prototype. It checks the same as `submit` does and never changes the value. Warnings pass.
 */
export interface StandardModel<Input = unknown, Output = unknown>
  extends Model<Input, Output>, Checked<Input> {}

/** What generated modules set as the prototype of their data. */
export const prototype: object = Checked.prototype;

/** What a generated module writes down. TypeScript does not know that `__proto__` in a literal sets the prototype. */
export interface ModelLiteral<Input> extends Model<Input> {
  readonly __proto__: object;
}

/** A copy of a model's data that is a Standard Schema, for models that you wrote by hand or changed. */
export function standard<Input, Output>(model: Model<Input, Output>): StandardModel<Input, Output> {
  return { ...model, __proto__: prototype } as Model<Input, Output> as StandardModel<Input, Output>;
}
