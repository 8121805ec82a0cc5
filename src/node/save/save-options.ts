import { ConfigError } from "../../errors/errors.js";
import {
  aBoolean,
  aFunction,
  anything,
  aPositiveNumber,
  aSignal,
  checkOptions,
  type OptionRules,
} from "../../options/check-options.js";
import { destinationOptions, type DestinationRules } from "../net/destination.js";
import type { SaveOptions } from "./save-types.js";

/** Hosts of the service's own media. */
const ownHosts = ["*.runcomfy.net", "*.runcomfy.com"];

const optionRules: OptionRules<SaveOptions> = {
  ...destinationOptions,
  directory: anything,
  model: anything,
  input: anything,
  force: aBoolean,
  maxBytes: aPositiveNumber,
  idleMs: aPositiveNumber,
  attempts: aCount,
  concurrency: aCount,
  refresh: aFunction,
  onProgress: aFunction,
  onFailure: aFailureMode,
  signal: aSignal,
  clock: anything,
};

const renamed = {
  dir: "directory",
  folder: "directory",
  overwrite: "force",
  retries: "attempts",
  timeoutMs: "idleMs",
};

/** Refuses options that cannot be used. */
export function checkSaveOptions(options: SaveOptions): void {
  checkOptions("save", options, optionRules, renamed);
  // Callers without types may give no options at all.
  const directory: unknown = (options as SaveOptions | undefined)?.directory;
  if (typeof directory !== "string" || directory === "")
    throw new ConfigError("`directory` is missing: say where the files go.");
}

/** The addresses that files may be fetched from. */
export function readRules({ hosts = [], allowLocalhost = false }: SaveOptions): DestinationRules {
  return { hosts: [...ownHosts, ...hosts], allowLocalhost };
}

function aCount(value: unknown): string | undefined {
  return Number.isSafeInteger(value) && (value as number) >= 1 ? undefined : "a whole number, 1 or more";
}

function aFailureMode(value: unknown): string | undefined {
  return value === "throw" || value === "report" ? undefined : '"throw" or "report"';
}
