import { join } from "node:path";
import { compareText } from "../text/text-order.js";
import { diagnose } from "../diagnostics/diagnostic.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";

/** The entry at a path of the output folder. */
export type DiskEntry =
  | { readonly kind: "file"; readonly sha256: string }
  | { readonly kind: "folder" | "link" | "other" };

/** Everything that the plan is made from, by path relative to the output folder. */
export interface PlanInput {
  /** SHA-256 of each file that should be there. */
  readonly wanted: ReadonlyMap<string, string>;
  readonly disk: ReadonlyMap<string, DiskEntry>;
  /** SHA-256 of each file that was generated last time. */
  readonly manifest: ReadonlyMap<string, string>;
}

/** The steps to take; each list in code point order. */
export interface Plan {
  readonly create: readonly string[];
  readonly update: readonly string[];
  readonly delete: readonly string[];
  readonly same: readonly string[];
  /** Files that the generator neither made nor wants; never touched. */
  readonly foreign: readonly string[];
  /** Wanted paths that cannot be written, with what is in the way. */
  readonly blocked: readonly Blocked[];
}

/** A file that cannot be written. */
export interface Blocked {
  readonly path: string;
  readonly by: "foreign-file" | "link-in-output";
  /** The path of what is in the way. */
  readonly at: string;
}

/** Compares the wanted files with those on disk and with those made last time. Pure. */
export function plan({ wanted, disk, manifest }: PlanInput): Plan {
  const create: string[] = [];
  const update: string[] = [];
  const same: string[] = [];
  const blocked: Blocked[] = [];
  const removable = new Set<string>();
  for (const [path, sha256] of manifest) {
    const entry = disk.get(path);
    // A file that somebody has edited is not deleted.
    if (!wanted.has(path) && entry?.kind === "file" && entry.sha256 === sha256) removable.add(path);
  }
  for (const [path, sha256] of wanted) {
    const obstacle = findObstacle(path, disk, removable);
    const entry = disk.get(path);
    if (obstacle) blocked.push(obstacle);
    else if (entry === undefined) create.push(path);
    else if (entry.kind === "file" && entry.sha256 === sha256) same.push(path);
    else if (entry.kind === "file" && manifest.has(path)) update.push(path);
    else blocked.push({ path, by: entry.kind === "link" ? "link-in-output" : "foreign-file", at: path });
  }
  const foreign = [...disk]
    .filter(([path, { kind }]) => kind !== "folder" && !wanted.has(path) && !removable.has(path))
    .map(([path]) => path);
  return {
    create: create.sort(compareText),
    update: update.sort(compareText),
    delete: [...removable].sort(compareText),
    same: same.sort(compareText),
    foreign: foreign.sort(compareText),
    blocked: blocked.sort((a, b) => compareText(a.path, b.path)),
  };
}

/** Finds a file or link where a folder is needed on the way to a path. */
function findObstacle(
  path: string,
  disk: ReadonlyMap<string, DiskEntry>,
  removable: ReadonlySet<string>,
): Blocked | undefined {
  for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1)) {
    const at = path.slice(0, end);
    const kind = disk.get(at)?.kind;
    if (kind === undefined || kind === "folder" || removable.has(at)) continue;
    return { path, by: kind === "link" ? "link-in-output" : "foreign-file", at };
  }
  return undefined;
}

/** Reports the blocked paths of a plan as problems of the output folder. */
export function describeBlocked({ blocked }: Plan, out: string): Diagnostic[] {
  return blocked.map(({ by, path, at }) => {
    const what = by === "link-in-output" ? "A link" : "A file or folder that is not ours";
    const where = at === path ? "where" : "on the way to where";
    return diagnose(by, join(out, at), "", `${what} stands ${where} ${path} belongs.`);
  });
}

/** Tells whether a path from a manifest, or from a target, stays inside the output folder on every system. */
export function isPathInside(path: string): boolean {
  return (
    path !== "" &&
    path.length <= 1000 &&
    !/[\\:\p{Cc}]/u.test(path) &&
    path.split("/").every((segment) => segment !== "" && segment !== "." && segment !== "..")
  );
}
