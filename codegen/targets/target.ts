import type { Api } from "../ir/api.js";

/** The form of imports between generated files: `./x.js` for Node and its compilers, `./x` for bundlers, `./x.ts` for Deno and Node without a compiler. */
export type ImportForm = "js" | "none" | "ts";

/** All forms of imports. */
export const importForms: readonly ImportForm[] = ["js", "none", "ts"];

/** The options that decide on imports. */
export interface ImportOptions {
  /**
   * The import that gives emitted models `defineModel` and their types: a module of a package, or a path relative to the output folder
   * (starting with `./` or `../`). Default `"runcomfy-models/standard"`.
   */
  readonly runtime: string;
  readonly imports: ImportForm;
}

/** Options of all targets. */
export interface EmitOptions extends ImportOptions {
  /** Reports whether the text at this path is already on disk for the same input, so that it need not be made again. */
  readonly isCurrent: (path: string) => boolean;
  /** The text of a file that an earlier target wants: new, or as it is on disk where that is current. */
  readonly textOf: (path: string) => string | undefined;
  /** The text of a file as the last run made it; what it says of a model still holds where the model's module is current. */
  readonly lastTextOf: (path: string) => string | undefined;
}

/** The options of a first run: nothing is on disk yet. */
export const fromNothing: Omit<EmitOptions, "runtime"> = {
  imports: "js",
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
