import {
  aBoolean,
  aCount,
  aFunction,
  anything,
  aText,
  aPositiveNumber,
  aSignal,
  checkOptions,
  type OptionRules,
  aClock,
} from "../../options/check-options.js";
import { guardOptions, type DestinationRules } from "../net/destination.js";
import type { SaveOptions } from "./save-types.js";

/** The directory of the files where the caller names none: files of a paid job must go somewhere. */
export const defaultDirectory = "runcomfy-outputs";

/** Hosts of the service's own media. */
const ownHosts = ["*.runcomfy.net", "*.runcomfy.com"];

const optionRules: OptionRules<SaveOptions> = {
  ...guardOptions,
  directory: aDirectory,
  model: anything,
  name: aText,
  input: anything,
  force: aBoolean,
  maxBytes: aPositiveNumber,
  idleMs: aPositiveNumber,
  attempts: aCount,
  concurrency: aCount,
  refresh: aFunction,
  onProgress: aFunction,
  onFailure: aFailureMode,
  maxWaitMs: aPositiveNumber,
  onWait: aFunction,
  signal: aSignal,
  clock: aClock,
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
}

/** The addresses that the files of a result may be fetched from. */
export function readRules(
  { hosts = [], allowLocalhost = false, allowAddresses = [] }: SaveOptions,
  origin: string | undefined,
): DestinationRules {
  return { hosts: [...ownHosts, ...hosts], allowLocalhost, allowAddresses, localOrigin: origin };
}

function aDirectory(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? undefined : "the path of a directory";
}

function aFailureMode(value: unknown): string | undefined {
  return value === "throw" || value === "report" ? undefined : '"throw" or "report"';
}
