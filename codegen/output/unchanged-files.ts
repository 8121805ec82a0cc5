import { isAscii } from "node:buffer";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ApiModel } from "../ir/api.js";
import { compareText } from "../text/text-order.js";
import type { SpecText } from "../specs/read/spec-texts.js";
import type { LifecycleFile } from "../specs/model/spec.js";
import { dataPath, readCatalogue } from "../targets/catalogue/data.js";
import { fromNothing } from "../targets/target.js";
import type { EmitOptions, EmittedFiles, ImportOptions } from "../targets/target.js";
import { isModulePath, modulePath } from "../targets/models/module-path.js";
import { hash } from "./disk.js";
import { fingerprintGenerator } from "./generator-fingerprint.js";
import type { Before } from "./output-folder.js";
import type { Manifest } from "./manifest.js";

/** Hashes of the sources of each file. */
export interface Sources {
  /** The generator and its options. */
  readonly generator: string;
  readonly options: ImportOptions;
  /** All specs and what they share. */
  readonly all: string;
  /** Hash of the sources of one file: a model's module is made from its spec alone, every other file from all specs. */
  readonly of: (path: string) => string;
  /** True where the manifest is of one run. One that git has merged from two may list modules that its other files lack. */
  readonly isOfOneRun: (manifest: Manifest) => boolean;
}

/** Hashes the sources of the output. */
export function hashSources(
  specs: readonly SpecText[],
  lifecycle: LifecycleFile,
  options: ImportOptions,
): Sources {
  const modules = new Map(specs.map((spec) => [modulePath(spec.id), short(`${spec.id}\n${spec.hash}`)]));
  const together = (each: readonly string[]): string =>
    short([...each.toSorted(compareText), lifecycle.own, lifecycle.hash].join("\n"));
  const all = together([...modules.values()]);
  return {
    generator: short(`${fingerprintGenerator()}\n${options.runtime}\n${options.imports}`),
    options: { runtime: options.runtime, imports: options.imports },
    all,
    of: (path) => modules.get(path) ?? all,
    isOfOneRun: ({ files, specs: then }) => {
      const fromOf = (isModule: boolean): string[] =>
        [...files].filter(([path]) => isModulePath(path) === isModule).map(([, { from }]) => from);
      return then === together(fromOf(true)) && fromOf(false).every((from) => from === then);
    },
  };
}

/** The work of the last run that need not be done again. */
export interface Memory extends Omit<EmitOptions, keyof ImportOptions> {
  /** True where every file is as this generator makes it from these specs. */
  readonly isUntouched: boolean;
  /** True where nothing about a spec has changed since it gave no warning, so that it need not be read. */
  readonly isKnown: (id: string) => boolean;
  /** The models of the known specs; empty where no file has to be made from them. */
  readonly models: ReadonlyMap<string, ApiModel>;
}

/** The memory of a first run: everything is made anew. */
export const noMemory: Memory = {
  isUntouched: false,
  ...fromNothing,
  isKnown: () => false,
  models: new Map(),
};

/**
 * Finds the results of the last run that still hold. The catalogue holds each model as it was after normalising, so it is read
 * where other models have changed. Specs with warnings are read each time, because their warnings must be shown again.
 */
export function recall(out: string, { manifest, disk }: Before, sources: Sources): Memory {
  if (manifest.generator !== sources.generator) return noMemory;
  function isIntact(path: string): boolean {
    const entry = disk.get(path);
    return entry?.kind === "file" && entry.sha256 === manifest.files.get(path)?.sha256;
  }
  const isCurrent = (path: string): boolean =>
    manifest.files.get(path)?.from === sources.of(path) && isIntact(path);
  const texts = new Map<string, string>();
  function read(path: string): string {
    const text = texts.get(path) ?? decode(readFileSync(join(out, path)));
    texts.set(path, text);
    return text;
  }
  const textOf = (path: string): string | undefined => (isCurrent(path) ? read(path) : undefined);
  const isWhole = sources.isOfOneRun(manifest);
  const lastTextOf = (path: string): string | undefined =>
    isWhole && isIntact(path) ? read(path) : undefined;
  const paths = [...manifest.files.keys()];
  const isUntouched = manifest.specs === sources.all && paths.length > 0 && paths.every(isCurrent);
  const doubtful = new Set(manifest.doubtful);
  const data = isUntouched ? undefined : lastTextOf(dataPath);
  const stored = data === undefined ? [] : readCatalogue(data);
  const models = new Map(
    stored
      .filter(({ id }) => !doubtful.has(id) && isCurrent(modulePath(id)))
      .map((model) => [model.id, model]),
  );
  const isKnown = (id: string): boolean => (isUntouched ? !doubtful.has(id) : models.has(id));
  return { isUntouched, isCurrent, textOf, lastTextOf, isKnown, models };
}

/** Text of ASCII alone, as nearly all of megabytes of JSON is, needs no decoding. */
function decode(bytes: Buffer): string {
  const text = isAscii(bytes) ? bytes.toString("latin1") : bytes.toString("utf8");
  return bytes.includes("\r\n") ? text.replaceAll("\r\n", "\n") : text;
}

/** The list of the files that a run has made; those that were already right, or are left out, are listed as before. */
export function listFiles(
  files: EmittedFiles,
  { files: known }: Manifest,
  sources: Sources,
  doubtful: readonly string[],
  leftOut: ReadonlySet<string>,
): Manifest {
  const stay = [...leftOut].map(modulePath).flatMap((path) => {
    const entry = known.get(path);
    return entry === undefined ? [] : [[path, entry] as const];
  });
  return {
    generator: sources.generator,
    ...sources.options,
    specs: sources.all,
    doubtful,
    files: new Map([
      ...stay,
      ...[...files].map(
        ([path, text]) =>
          [
            path,
            { sha256: text === "current" ? known.get(path)!.sha256 : hash(text), from: sources.of(path) },
          ] as const,
      ),
    ]),
  };
}

function short(text: string): string {
  return hash(text).slice(0, 16);
}
