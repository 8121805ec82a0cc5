import { InvalidArgumentError } from "commander";
import type { Config } from "../configuration/config.js";

/** The help of the option that names the folder of specs. */
export const specsText = 'folder of the spec files (default: "specs")';

/** The configuration of the working folder. */
export async function readConfiguration(): Promise<Config> {
  return (await import("../configuration/config-file.js")).loadConfig(process.cwd());
}

/** The folder of the spec files: the flag's, else that of the configuration, else `specs`. */
export async function findSpecs(flag: string | undefined): Promise<string> {
  return flag ?? (await readConfiguration()).specs ?? "specs";
}

/**
 * Reads the name of a folder on the command line. An empty name comes from an unset variable, and would mean the folder that one is in.
 *
 * @throws InvalidArgumentError where the name is empty.
 */
export function readFolderName(name: string): string {
  if (name.trim() !== "") return name;
  throw new InvalidArgumentError("It is empty; name a folder, or . for the one that you are in.");
}

/**
 * Reads the name of a folder or of a state of it: a commit, a branch, a tag.
 *
 * @throws InvalidArgumentError where the name is empty.
 */
export function readStateName(name: string): string {
  if (name.trim() !== "") return name;
  throw new InvalidArgumentError("It is empty; name a folder, a commit, a branch or a tag.");
}
