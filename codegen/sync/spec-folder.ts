import { existsSync } from "node:fs";
import { join } from "node:path";
import { findCollisions, foldCase } from "../specs/model/safe-names.js";
import type { Fields } from "../../src/dialect/notation/fields.js";
import { listSpecs, readStored } from "../specs/read/stored-specs.js";
import { printSpec } from "../specs/write/spec-text.js";
import { specPath } from "../specs/model/spec-path.js";
import { writeWhole } from "../specs/write/spec-file.js";

/** A folder of specs while it is being synced. */
export interface SpecFolder {
  /** The ids of all specs, those written by this sync among them. */
  readonly ids: ReadonlySet<string>;
  /** Says why a model cannot have a file of its own; undefined where it can. */
  refuse(id: string): string | undefined;
  /** A warning to people on other disks about a new model's path; undefined where there is none. */
  warn(id: string): string | undefined;
  /** The spec of a model; undefined where it has none. Throws where the file is no spec. */
  read(id: string): Fields | undefined;
  /** Takes note of a spec, and writes its file whole unless this is a dry run. */
  write(id: string, spec: Fields): void;
}

/** Opens a folder of specs; it may not exist yet. */
export function openFolder(folder: string, dryRun: boolean): SpecFolder {
  const ids = new Set(listSpecs(folder));
  const files = new Map([...ids].map((id) => [foldCase(id), id]));
  const folders = new Map<string, string>();
  const inside = new Map<string, string>();
  function addFolders(id: string): void {
    for (const path of parentsOf(id)) {
      if (!folders.has(foldCase(path))) folders.set(foldCase(path), path);
      inside.set(foldCase(path), id);
    }
  }
  ids.forEach(addFolders);
  const otherFolder = (id: string): string | undefined =>
    parentsOf(id)
      .map((path) => [path, folders.get(foldCase(path))] as const)
      .find(([path, known]) => known !== undefined && known !== path)?.[1];
  /** A model whose module would be a file where this one's needs a folder, or the other way round. */
  function findRival(id: string): string | undefined {
    const above = parentsOf(id).map((path) => files.get(foldCase(path.replace(/\.ts$/i, ""))));
    // If both specs exist already, one of the two is still updated.
    const below = ids.has(id) ? undefined : inside.get(foldCase(`${id}.ts`));
    const near = [...above, below].filter((other) => other !== undefined);
    return near.find((other) => findCollisions([id, other]).length > 0);
  }
  return {
    ids,
    refuse: (id) => {
      const duplicate = files.get(foldCase(id));
      if (duplicate !== undefined && duplicate !== id)
        return `it differs from ${duplicate} only in upper and lower case, and on many disks the two would be one file. ${duplicate} is kept; to have this one, remove ${duplicate}.json and sync with --id`;
      const rival = findRival(id);
      if (rival !== undefined)
        return `its module and that of ${rival} cannot both be written: one would be a file where the other needs a folder. ${rival} is kept; to have this one, remove ${rival}.json and sync with --id`;
      const other = otherFolder(id);
      // Only on a disk that ignores case does the path lead into the other folder, under whose name the spec would be read.
      return other !== undefined && existsSync(join(folder, ...swapCase(other).split("/")))
        ? `this disk ignores case, and the folder ${other} is there already`
        : undefined;
    },
    warn: (id) => {
      const other = otherFolder(id);
      return other === undefined
        ? undefined
        : `its folder differs from ${other} only in case: on a disk that ignores case this spec would get another id`;
    },
    read: (id) => readStored(specPath(folder, id)),
    write: (id, spec) => {
      if (!dryRun) writeWhole(folder, specPath(folder, id), printSpec(id, spec));
      ids.add(id);
      files.set(foldCase(id), id);
      addFolders(id);
    },
  };
}

function parentsOf(id: string): string[] {
  const parts = id.split("/").slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join("/"));
}

function swapCase(text: string): string {
  return text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
}
