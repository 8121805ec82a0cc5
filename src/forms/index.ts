/** The entry point `runcomfy-models/forms`: from web forms to inputs. */
export { formSchema } from "./form-schema.js";
export type { FormSchema } from "./form-schema.js";
export type { FormSource } from "./form-tree.js";
export { parseForm } from "./parse-form.js";
export type { FormIssue, FormOptions, FormResult } from "./parse-form.js";
