import { createHash, randomBytes } from "node:crypto";
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, posix } from "node:path";
import { makeDirectorySync } from "../../src/node/files/directories.js";
import { formatManifest, manifestName } from "./manifest.js";
import type { Manifest } from "./manifest.js";
import type { DiskEntry, Plan } from "./plan.js";
import { messageOf } from "../../src/errors/error-message.js";

/** SHA-256 of a text, as hexadecimal digits. */
export function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** SHA-256 of a file's text; git writes its lines with another end on Windows, and that is no change. */
function hashFile(bytes: Buffer): string {
  const isPlain = bytes.indexOf("\r\n") < 0;
  return isPlain
    ? createHash("sha256").update(bytes).digest("hex")
    : hash(bytes.toString("utf8").replaceAll("\r\n", "\n"));
}

/**
 * Lists everything in the output folder. Links are listed and never followed; names that start with a dot, `node_modules` and the
 * paths to leave out are passed over. A file is read only when its hash is needed.
 */
export function readDisk(out: string, leaveOut: (path: string) => boolean): Map<string, DiskEntry> {
  const found = new Map<string, DiskEntry>();
  function visit(below: string) {
    for (const entry of readdirSync(join(out, below), { withFileTypes: true })) {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      const isHidden = entry.name.startsWith(".") || entry.name === "node_modules";
      if (path === manifestName || isHidden || leaveOut(path)) continue;
      if (entry.isDirectory()) {
        found.set(path, { kind: "folder" });
        visit(path);
      } else if (entry.isFile()) found.set(path, new DiskFile(join(out, path)));
      else found.set(path, { kind: entry.isSymbolicLink() ? "link" : "other" });
    }
  }
  if (existsSync(out)) visit("");
  return found;
}

class DiskFile {
  readonly kind = "file";
  readonly #path: string;
  #sha256: string | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  get sha256(): string {
    return (this.#sha256 ??= hashFile(readFileSync(this.#path)));
  }
}

/** The list of generated files before a run, as data and as text. */
export interface Lists {
  readonly manifest: Manifest;
  readonly list: string;
}

/**
 * Carries a plan out. All files are written into a hidden folder first and then moved, so that a reader never sees half a file, and
 * a full disk leaves everything as it was. Deletes come before the moves, so that a name may change its case.
 *
 * Returns why nothing could be written, if so.
 */
export function applyPlan(
  out: string,
  plan: Plan,
  textOf: (path: string) => string,
  before: Lists,
  next: Manifest,
): string | undefined {
  removeAbandoned(out);
  const moves: [from: string, to: string][] = [];
  const staging = join(out, `.staging-${randomBytes(4).toString("hex")}`);
  function stage(path: string, text: string): void {
    const from = join(staging, String(moves.length));
    writeFileSync(from, text);
    moves.push([from, join(out, path)]);
  }
  const list = formatManifest(next);
  const both = new Map([...before.manifest.files, ...next.files]);
  let made: string | undefined;
  try {
    made = makeDirectorySync(staging);
    // New files are listed before they exist, so that after a crash they are still known as ours.
    stage(manifestName, formatManifest({ ...next, generator: "", files: both }));
    for (const path of [...plan.create, ...plan.update]) stage(path, textOf(path));
    stage(manifestName, list);
  } catch (cause) {
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
    return `It cannot be written: ${messageOf(cause)}.`;
  }
  const [first, ...others] = moves;
  move([first!]);
  for (const path of plan.delete) rmSync(join(out, path), { force: true });
  removeEmptyFolders(out, plan.delete);
  move(others);
  rmdirSync(staging);
  return undefined;
}

function move(moves: readonly (readonly [from: string, to: string])[]): void {
  for (const folder of new Set(moves.map(([, to]) => dirname(to)))) makeDirectorySync(folder);
  for (const [from, to] of moves) renameSync(from, to);
}

/** Removes hidden folders of runs that were killed. One that is younger than an hour may belong to a run that is still going on. */
function removeAbandoned(out: string): void {
  const names = existsSync(out) ? readdirSync(out) : [];
  for (const name of names.filter((each) => /^\.staging-[0-9a-f]{8}$/.test(each))) {
    const path = join(out, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity);
    if (age > 3_600_000) rmSync(path, { recursive: true, force: true });
  }
}

function removeEmptyFolders(out: string, deleted: readonly string[]): void {
  const folders = new Set<string>();
  for (const path of deleted) {
    for (let folder = posix.dirname(path); folder !== "."; folder = posix.dirname(folder))
      folders.add(folder);
  }
  // The deepest folder first: a folder is empty once those inside it are removed.
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) {
    try {
      rmdirSync(join(out, folder));
    } catch {
      // The folder has other files, and stays.
    }
  }
}
