import { InvalidArgumentError } from "commander";

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
