import { compareStates, kinds } from "./comparison.js";
import type { Comparison, Kind } from "./comparison.js";
import { isFolder, readFolder, readRevision } from "./spec-states.js";
import type { SpecState } from "./spec-states.js";

/** The two states that are compared. */
export interface DiffOptions {
  /** A folder, or a commit, branch or tag. Default the last commit. */
  readonly from?: string | undefined;
  /** A folder, or a commit, branch or tag. Default the folder of specs as it is on disk. */
  readonly to?: string | undefined;
  /** The folder of spec files that commits are asked for. */
  readonly specs: string;
}

/**
 * Compares two states of the specs.
 *
 * @throws Error where a folder, the repository or a commit is missing.
 */
export function diffSpecs({ from = "HEAD", to, specs }: DiffOptions): Comparison {
  return compareStates(readState(from, specs), to === undefined ? readFolder(specs) : readState(to, specs));
}

/** Reads a state by its name. A name of both a folder and a branch means the folder; the branch is `refs/heads/…`. */
function readState(name: string, specs: string): SpecState {
  if (isFolder(name)) return readFolder(name);
  if (/^\.{0,2}[/\\]|[/\\]$/.test(name)) throw new Error(`There is no folder ${JSON.stringify(name)}.`);
  return readRevision(specs, name);
}

/** Tells whether a comparison has a change of a kind, or a graver one. */
export function isReached({ kind }: Comparison, limit: Kind | undefined): boolean {
  return limit !== undefined && kind !== undefined && kinds.indexOf(kind) <= kinds.indexOf(limit);
}
