import type { Json } from "../../../src/input/model.js";
import type { Spec } from "../../../src/dialect/spec/spec.js";

/** One spec file that was read. */
export interface SpecFile {
  /** The path under the specs folder without `.json`: the model's id. */
  readonly id: string;
  /** The path as it is shown to people. */
  readonly file: string;
  readonly text: string;
  /** SHA-256 of the text, the same for both kinds of line end. */
  readonly hash: string;
  readonly spec: Spec;
  /** True where the file is the schema of the request body itself. */
  readonly isBare?: true;
}

/** The OpenAPI document of what all models share, and whether it lies in the specs folder itself. */
export interface LifecycleFile {
  readonly file: string;
  readonly hash: string;
  readonly own: boolean;
  readonly document: { readonly [key: string]: Json };
}
