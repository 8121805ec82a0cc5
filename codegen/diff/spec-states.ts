import { readFileSync, statSync } from "node:fs";
import { specPath, isSpecPath } from "../specs/model/spec-path.js";
import { listSpecs, parseSpec } from "../specs/read/stored-specs.js";
import type { Fields } from "../../src/dialect/notation/fields.js";
import { readCommit } from "./git-commit.js";
import { messageOf } from "../../src/errors/error-message.js";

/** One state of the specs. */
export interface SpecState {
  /** Its name for people: a folder, or a folder at a commit. */
  readonly name: string;
  /** By id, in code point order. */
  readonly specs: ReadonlyMap<string, Fields>;
  /** Files that are not specs, each with the reason. */
  readonly unreadable: ReadonlyMap<string, string>;
}

/** The specs in a folder on disk. Throws where there is no such folder. */
export function readFolder(folder: string): SpecState {
  if (!isFolder(folder))
    throw new Error(
      `There is no folder ${JSON.stringify(folder)}. Name the folder of the spec files with --specs.`,
    );
  return readAll(
    folder,
    listSpecs(folder).map((id) => [id, () => readFileSync(specPath(folder, id), "utf8")]),
  );
}

/** The specs that a folder had in a commit. */
export function readRevision(folder: string, revision: string): SpecState {
  const files = readCommit(folder, revision).filter(({ path }) => isSpecPath(path));
  return readAll(
    `${folder} at ${revision}`,
    files.map(({ path, text }) => [path.slice(0, -".json".length), () => text]),
  );
}

/** Tells whether a name is that of a folder on disk. */
export function isFolder(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function readAll(name: string, files: readonly (readonly [id: string, read: () => string])[]): SpecState {
  const specs = new Map<string, Fields>();
  const unreadable = new Map<string, string>();
  for (const [id, read] of files) {
    try {
      specs.set(id, parseSpec(read()));
    } catch (error) {
      unreadable.set(id, messageOf(error));
    }
  }
  return { name, specs, unreadable };
}
