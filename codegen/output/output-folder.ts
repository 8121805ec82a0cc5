import type { Stats } from "node:fs";
import { lstatSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { diagnose, hasErrors } from "../diagnostics/diagnostic.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { readDisk } from "./disk.js";
import { emptyManifest, manifestName, parseManifest } from "./manifest.js";
import type { Manifest } from "./manifest.js";
import type { DiskEntry } from "./plan.js";

/** The state of the output folder before a run. */
export interface Before {
  readonly manifest: Manifest;
  /** The text of the manifest; empty where there is none. */
  readonly list: string;
  /** Empty where the folder cannot be used. */
  readonly disk: ReadonlyMap<string, DiskEntry>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the state of the output folder; specs inside it are left out. */
export function readOutputFolder(out: string, specs: string): Before {
  const { manifest, text, diagnostics: doubts } = readManifest(out);
  const diagnostics = [...doubts, ...checkOutputFolder(out, specs)];
  const specsInside = pathInto(out, specs);
  const disk = hasErrors(diagnostics) ? new Map() : readDisk(out, (path) => path === specsInside);
  return { manifest, list: text, disk, diagnostics };
}

/** Reports why generated files cannot go to a folder: it lies inside the specs, or is not a folder. */
function checkOutputFolder(out: string, specs: string): Diagnostic[] {
  const refuse = (what: string) => [diagnose("output-folder", out, "", what)];
  const inside = pathInto(specs, out);
  if (inside === "") return refuse("The output folder is the specs folder.");
  if (inside !== undefined) return refuse("The output folder lies inside the specs folder.");
  for (let path = resolve(out); path !== dirname(path); path = dirname(path)) {
    const stats = statOf(path, statSync);
    if (stats?.isDirectory()) return [];
    if (stats) return refuse(`${path === resolve(out) ? "It" : path} is a file, not a folder.`);
    if (statOf(path, lstatSync)) return refuse(`${path} is a link that leads nowhere.`);
  }
  return [];
}

/** Reads the list of what was generated last time; an empty one where nothing has been generated yet. */
function readManifest(out: string): { manifest: Manifest; text: string; diagnostics: Diagnostic[] } {
  const path = join(out, manifestName);
  const nothing = { manifest: emptyManifest, text: "" };
  const refuse = (what: string) => ({ ...nothing, diagnostics: [diagnose("bad-manifest", path, "", what)] });
  const stats = statOf(path, lstatSync);
  if (!stats) return { ...nothing, diagnostics: [] };
  if (!stats.isFile()) return refuse("It is not a plain file.");
  const text = readFileSync(path, "utf8").replaceAll("\r\n", "\n");
  const parsed = parseManifest(text);
  if (!parsed) return refuse("It is not the generator's list of files.");
  if (parsed.strange.length > 0)
    return refuse(`It lists ${JSON.stringify(parsed.strange[0])}, which the generator never writes.`);
  return { manifest: parsed.manifest, text, diagnostics: [] };
}

/** Asks for the entry at a path; undefined where there is none, or where a file is on the path to it. */
function statOf(path: string, ask: typeof statSync): Stats | undefined {
  try {
    return ask(path);
  } catch {
    return undefined;
  }
}

/** Gives the path from a folder to one inside it, with plain slashes; undefined where the other lies elsewhere. */
function pathInto(folder: string, other: string): string | undefined {
  const path = relative(resolveReal(folder), resolveReal(other)).replaceAll("\\", "/");
  return isAbsolute(path) || path === ".." || path.startsWith("../") ? undefined : path;
}

/** Resolves the real path of a folder that may not exist yet. */
function resolveReal(path: string): string {
  const whole = resolve(path);
  try {
    return realpathSync(whole);
  } catch {
    return dirname(whole) === whole ? whole : join(resolveReal(dirname(whole)), basename(whole));
  }
}
