import type { Api } from "../ir/api.js";

/** Options for all targets. */
export interface EmitOptions {
  /**
   * The module that emitted models import their types and their check from: a name, or a path relative to the output folder
   * (starting with `./` or `../`). Default `"runcomfy-models/standard"`.
   */
  readonly runtime: string;
  /** Reports whether the text at this path is already on disk for the same input, so that it need not be made again. */
  readonly isCurrent: (path: string) => boolean;
  /** The text of a file that an earlier target wants: new, or as it is on disk where that is current. */
  readonly textOf: (path: string) => string | undefined;
  /** The text of a file as the last run made it; what it says of a model still holds where the model's module is current. */
  readonly lastTextOf: (path: string) => string | undefined;
}

/** The options of a run where nothing is on disk yet. */
export const fromNothing: Omit<EmitOptions, "runtime"> = {
  isCurrent: () => false,
  textOf: () => undefined,
  lastTextOf: () => undefined,
};

/** A file that a target wants: its text, or `"current"` where the file on disk is already right. */
export type EmittedFiles = ReadonlyMap<string, string | "current">;

/** One kind of output: a pure function from the API to files, by path relative to the output folder. */
export interface Target {
  readonly name: string;
  readonly emit: (api: Api, options: EmitOptions) => EmittedFiles | Promise<EmittedFiles>;
}
