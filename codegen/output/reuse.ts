import type { LifecycleFile, SpecFile } from "../spec/spec.js";
import { modulePath } from "../targets/models/module-path.js";
import { hash } from "./disk.js";
import { fingerprint } from "./fingerprint.js";
import type { Manifest } from "./manifest.js";
import type { DiskEntry } from "./plan.js";

/** What each file is made from, as hashes. */
export interface Sources {
  /** The generator and its options. */
  readonly generator: string;
  /** All specs and what they share. */
  readonly all: string;
  /** A model's module is made from its spec alone, every other file from all of them. */
  readonly of: (path: string) => string;
}

/** Hashes what the output is made from. */
export const hashSources = (
  specs: readonly SpecFile[],
  lifecycle: LifecycleFile,
  runtime: string,
): Sources => {
  const modules = new Map(specs.map((spec) => [modulePath(spec.id), short(`${spec.id}\n${spec.hash}`)]));
  const all = short([...modules.values(), lifecycle.own, lifecycle.hash].join("\n"));
  return { generator: short(`${fingerprint()}\n${runtime}`), all, of: (path) => modules.get(path) ?? all };
};

/**
 * Whether a run would change nothing and say nothing: the same generator made everything that is on disk from the same
 * specs, which gave no warning.
 */
export const isUntouched = (
  manifest: Manifest,
  disk: ReadonlyMap<string, DiskEntry>,
  sources: Sources,
): boolean =>
  manifest.warnings === 0 &&
  manifest.specs === sources.all &&
  manifest.files.size > 0 &&
  [...manifest.files.keys()].every((path) => isCurrent(path, manifest, disk, sources));

/** Whether a file on disk is what this generator made from these sources, so that it need not be made again. */
export const isCurrent = (
  path: string,
  manifest: Manifest,
  disk: ReadonlyMap<string, DiskEntry>,
  sources: Sources,
): boolean => {
  const file = manifest.files.get(path);
  if (manifest.generator !== sources.generator || file?.from !== sources.of(path)) return false;
  const entry = disk.get(path);
  return entry?.kind === "file" && entry.sha256 === file.sha256;
};

const short = (text: string): string => hash(text).slice(0, 16);
