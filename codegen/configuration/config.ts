import { asSentence, show } from "../../src/errors/issue.js";
import { nearest } from "../../src/input/nearest.js";
import { importForms } from "../targets/target.js";
import type { ImportForm } from "../targets/target.js";

/** The contents of `runcomfy.config.ts`, `.js` or `.json`. Paths are relative to the folder in which the command runs. */
export interface Config {
  /** The folder of the spec files. Default `"specs"`. */
  readonly specs?: string;
  /** The folder for generated files. Default `"generated"`. */
  readonly out?: string;
  /**
   * The module that the models import their types and check from: a name, or a path relative to `out` that starts with `./` or `../`.
   * Default that of the last run, or `"runcomfy-models/standard"`.
   */
  readonly runtime?: string;
  /**
   * The form of imports between generated files: `"js"` for Node and tsc, `"none"` for bundlers, `"ts"` for Deno. Default that of the
   * last run, or the one that the nearest `tsconfig.json` asks for.
   */
  readonly imports?: ImportForm;
}

/** Returns its argument: in an editor it completes and checks the keys of a configuration. */
export function defineConfig(config: Config): Config {
  return config;
}

const tests: {
  readonly [key in keyof Config]-?: readonly [test: (value: unknown) => boolean, wanted: string];
} = {
  specs: [isFolderName, "the name of a folder"],
  out: [isFolderName, "the name of a folder"],
  runtime: [isRuntime, "a module's name, or a path that starts with ./ or ../ and is relative to out"],
  imports: [(value) => importForms.some((form) => form === value), '"js", "none" or "ts"'],
};

/**
 * Reads a value as a configuration.
 *
 * @throws Error that lists every key that is unknown or has a wrong value.
 */
export function readConfig(value: unknown, file: string): Config {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(
      `${file} gives ${show(value)}; it has to give an object, as its default export where it is a program.`,
    );
  const problems = Object.entries(value).flatMap(([key, inner]) => {
    const rule = Object.hasOwn(tests, key) ? tests[key as keyof Config] : undefined;
    if (rule === undefined) {
      const [meant] = nearest(key, Object.keys(tests), 1);
      return [`the key ${show(key)} is unknown${meant === undefined ? "" : `; did you mean "${meant}"?`}`];
    }
    return rule[0](inner) ? [] : [`"${key}" is ${show(inner)}; it has to be ${rule[1]}`];
  });
  if (problems.length > 0) throw new Error(asSentence(`${file}: ${problems.join("; ")}`));
  return value;
}

function isFolderName(value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "";
}

/** Tells whether a text names a module, or a path relative to the output folder. */
export function isRuntime(value: unknown): boolean {
  return (
    typeof value === "string" && /^(?:\.\.?\/[^\s"'\\]+|(?:@[\w.-]+\/)?[\w.-]+(?:\/[\w.-]+)*)$/.test(value)
  );
}
