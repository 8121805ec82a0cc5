import type { Schema } from "../../input/model.js";

/** The schema of a whole request body or result, after normalising. */
export interface ObjectSchema extends Schema {
  readonly type: "object";
  readonly properties: { readonly [name: string]: Schema };
  readonly required: readonly string[];
  readonly additionalProperties: boolean | Schema;
}
