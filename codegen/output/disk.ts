import { createHash, randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, posix } from "node:path";
import { formatManifest, manifestName } from "./manifest.js";
import type { Manifest } from "./manifest.js";
import type { DiskEntry, Plan } from "./plan.js";

/** SHA-256 of text or bytes, as hexadecimal digits. */
export const hash = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");

/**
 * What is in the output folder. Links are listed and never followed; names that start with a dot, `node_modules` and the
 * paths to leave out are passed over. A file is read only when its hash is asked for.
 */
export const readDisk = (out: string, leaveOut: (path: string) => boolean): Map<string, DiskEntry> => {
  const found = new Map<string, DiskEntry>();
  const visit = (below: string) => {
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
  };
  if (existsSync(out)) visit("");
  return found;
};

class DiskFile {
  readonly kind = "file";
  readonly #path: string;
  #sha256: string | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  get sha256(): string {
    return (this.#sha256 ??= hash(readFileSync(this.#path)));
  }
}

/** The list of generated files as it stands, as text too, and as it is to be. */
export interface Lists {
  readonly manifest: Manifest;
  readonly list: string;
}

/**
 * Carries a plan out: deletes first, so that a name may change its case, then writes each file whole or not at all. Returns what
 * went wrong, if anything did.
 */
export const applyPlan = (
  out: string,
  plan: Plan,
  textOf: (path: string) => string,
  before: Lists,
  next: Manifest,
): string | undefined => {
  const list = join(out, manifestName);
  const text = formatManifest(next);
  try {
    // New files are listed before they exist, so that after a crash they are still known as ours.
    if (plan.create.length > 0) {
      const files = new Map([...before.manifest.files, ...next.files]);
      writeWhole(list, formatManifest({ ...next, generator: "", files }));
    }
    for (const path of plan.delete) rmSync(join(out, path), { force: true });
    removeEmptyFolders(out, plan.delete);
    for (const path of [...plan.create, ...plan.update]) writeWhole(join(out, path), textOf(path));
    if (plan.create.length > 0 || text !== before.list) writeWhole(list, text);
    return undefined;
  } catch (cause) {
    return `It cannot be written: ${(cause as Error).message}.`;
  }
};

/** Writes a file by way of a new one beside it, so that a reader never sees half of it. */
export const writeWhole = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  // Hidden, so that one left by a run that was killed is not taken for a file of other people.
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString("hex")}.tmp`);
  try {
    // Refuses what is already there, a link above all.
    writeFileSync(temporary, text, { flag: "wx" });
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw cause;
  }
};

const removeEmptyFolders = (out: string, deleted: readonly string[]): void => {
  const folders = new Set<string>();
  for (const path of deleted) {
    for (let folder = posix.dirname(path); folder !== "."; folder = posix.dirname(folder))
      folders.add(folder);
  }
  // The deepest first: a folder is empty once those inside it are gone.
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) {
    try {
      rmdirSync(join(out, folder));
    } catch {
      // Something else lives there.
    }
  }
};
