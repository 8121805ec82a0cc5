import { findKeys } from "../input/define-model.js";
import type { StandardResult } from "../input/define-model.js";
import type { Attachable } from "../input/file-input.js";
import type { Model } from "../input/model.js";
import { checkOptions } from "../options/check-options.js";
import type { FormSource } from "./form-tree.js";
import { formRules, readModelForm } from "./parse-form.js";
import type { FormOptions } from "./parse-form.js";

/** A Standard Schema v1 whose input is a form and whose output is the model's input. */
export interface FormSchema<Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: "runcomfy-models";
    /** Reads a form; needs no `this`. */
    readonly validate: (form: unknown) => StandardResult<Attachable<Input>>;
    /** For the type checker; never present at run time. */
    readonly types?: { readonly input: FormSource; readonly output: Attachable<Input> };
  };
}

/**
 * The reading of a form as a Standard Schema v1 (https://standardschema.dev), for libraries of forms, routes and servers: it does what
 * `parseForm` does.
 *
 * @throws ConfigError when an option is unknown or invalid.
 */
export function formSchema<Input>(
  model: Pick<Model<Input>, "input" | "~input">,
  options: FormOptions = {},
): FormSchema<Input> {
  checkOptions("formSchema", options, formRules);
  return {
    "~standard": {
      version: 1,
      vendor: "runcomfy-models",
      validate: (form) => {
        const { result, input } = readModelForm(model, form, options);
        return result.issues
          ? { issues: result.issues.map(({ message, path }) => ({ message, path: findKeys(input, path) })) }
          : result;
      },
    },
  };
}
