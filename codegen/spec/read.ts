import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import type { Json } from "../../src/model.js";
import { compareText, diagnose } from "./diagnostic.js";
import type { Diagnostic } from "./diagnostic.js";
import { countMembers, placeOf, positionOf, scanJson } from "./scan.js";
import { checkReferences, checkSpecShape } from "./shape.js";
import { isObject } from "./spec.js";
import type { LifecycleFile, Spec, SpecFile } from "./spec.js";
import { checkValues, deepest } from "./values.js";

/** Everything that was read from a folder of specs. */
export interface ReadResult {
  /** By id, in code point order; only those without an error of shape. */
  readonly specs: readonly SpecFile[];
  /** Missing where it could not be read. */
  readonly lifecycle: LifecycleFile | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

const notModels = new Set(["api.json", "spec.schema.json"]);
const largest = 2 ** 21;

/** Reads every spec file of a folder, and the lifecycle: the folder's own `api.json`, or the built-in one. */
export const readSpecs = (folder: string): ReadResult => {
  const diagnostics: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic) => void diagnostics.push(diagnostic);
  const show = (name: string) => posix.join(folder.split("\\").join("/"), name);
  const specs: SpecFile[] = [];
  const problem = checkFolder(folder);
  if (problem !== undefined) {
    report(diagnose("no-specs", folder, "", problem));
    return { specs, lifecycle: undefined, diagnostics };
  }
  let found = 0;
  for (const { name, isLink } of listJson(folder)) {
    if (notModels.has(name)) continue;
    found += 1;
    if (isLink) report(diagnose("link-outside", show(name), "", "The file is a symbolic link."));
    else {
      const spec = readSpec(join(folder, name), name, show(name), report);
      if (spec) specs.push(spec);
    }
  }
  if (found === 0) report(diagnose("no-specs", folder, "", "The folder holds no spec files (*.json)."));
  return { specs, lifecycle: readLifecycle(folder, show("api.json"), report), diagnostics };
};

/** Adds line and column to diagnostics whose files are at hand. */
export const locateDiagnostics = (
  diagnostics: readonly Diagnostic[],
  specs: readonly SpecFile[],
): Diagnostic[] => {
  const scans = new Map<string, ReturnType<typeof scanJson>>();
  const texts = new Map(specs.map((spec) => [spec.file, spec.text]));
  return diagnostics.map((diagnostic) => {
    const text = texts.get(diagnostic.file);
    if (text === undefined || diagnostic.line !== undefined || diagnostic.pointer === "") return diagnostic;
    const scan = scans.get(diagnostic.file) ?? scanJson(text, deepest);
    scans.set(diagnostic.file, scan);
    return { ...diagnostic, ...positionOf(text, placeOf(scan, diagnostic.pointer)) };
  });
};

const checkFolder = (folder: string): string | undefined => {
  if (!existsSync(folder)) return "There is no such folder.";
  return statSync(folder).isDirectory() ? undefined : "It is a file, not a folder.";
};

/** JSON files below a folder, sorted, links to folders not followed; names that start with a dot are left alone. */
const listJson = (folder: string): { name: string; isLink: boolean }[] => {
  const found: { name: string; isLink: boolean }[] = [];
  const visit = (below: string) => {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
      if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
      const name = below === "" ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) visit(name);
      else if (entry.isSymbolicLink()) {
        if (name.endsWith(".json") || leadsToFolder(join(folder, name))) found.push({ name, isLink: true });
      } else if (entry.isFile() && name.endsWith(".json")) found.push({ name, isLink: false });
    }
  };
  visit("");
  return found.sort((a, b) => compareText(a.name, b.name));
};

const leadsToFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

const readSpec = (
  path: string,
  name: string,
  file: string,
  report: (diagnostic: Diagnostic) => void,
): SpecFile | undefined => {
  const read = readJson(path, file, report);
  if (!read) return undefined;
  const problems = checkSpecShape(read.value, file).map((problem) => locate(problem, read.text));
  problems.forEach(report);
  if (read.broken || problems.some((problem) => problem.severity === "error")) return undefined;
  const id = name.slice(0, -".json".length);
  return { id, file, text: read.text, hash: hashText(read.text), spec: read.value as unknown as Spec };
};

/** JSON from a file, with everything that is wrong with it as JSON reported; undefined where it cannot be read at all. */
const readJson = (
  path: string,
  file: string,
  report: (diagnostic: Diagnostic) => void,
): { text: string; value: Json; broken: boolean } | undefined => {
  const bytes = readBytes(path, file, report);
  if (!bytes) return undefined;
  const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
  const value = parse(text);
  if (value === undefined) {
    const problem = scanJson(text, 1000).problem ?? { offset: 0, what: "the text is not JSON" };
    report(diagnose("not-json", file, "", `Not JSON: ${problem.what}.`, positionOf(text, problem.offset)));
    return undefined;
  }
  const values = checkValues(value, file);
  const problems = [...values.diagnostics];
  if (!values.tooDeep && countMembers(text) !== values.members) problems.push(...findDuplicates(text, file));
  for (const problem of problems) report(locate(problem, text));
  return values.tooDeep ? undefined : { text, value, broken: problems.some((p) => p.severity === "error") };
};

const readBytes = (
  path: string,
  file: string,
  report: (diagnostic: Diagnostic) => void,
): Buffer | undefined => {
  try {
    const bytes = readFileSync(path);
    if (bytes.length > largest) {
      const size = (bytes.length / 2 ** 20).toFixed(1);
      return void report(
        diagnose("too-large", file, "", `The file has ${size} MiB; at most 2 MiB are read.`),
      );
    }
    if (isUtf8(bytes)) return bytes;
    const fix = "Save the file as UTF-8.";
    return void report(diagnose("not-json", file, "", "The file is not UTF-8 text.", { fix }));
  } catch (cause) {
    const what = `The file cannot be read: ${(cause as Error).message}.`;
    return void report(diagnose("not-json", file, "", what, { fix: "Make the file readable." }));
  }
};

const parse = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

const findDuplicates = (text: string, file: string): Diagnostic[] =>
  scanJson(text, deepest + 1).duplicates.map(({ pointer, offset }) =>
    diagnose(
      "duplicate-key",
      file,
      pointer,
      "The name occurs twice in the same object.",
      positionOf(text, offset),
    ),
  );

const locate = (diagnostic: Diagnostic, text: string): Diagnostic => {
  if (diagnostic.line !== undefined || diagnostic.pointer === "") return diagnostic;
  return { ...diagnostic, ...positionOf(text, placeOf(scanJson(text, deepest + 1), diagnostic.pointer)) };
};

const readLifecycle = (
  folder: string,
  file: string,
  report: (diagnostic: Diagnostic) => void,
): LifecycleFile | undefined => {
  const inFolder = join(folder, "api.json");
  const own = existsSync(inFolder);
  if (own && lstatSync(inFolder).isSymbolicLink()) {
    return void report(diagnose("link-outside", file, "", "The file is a symbolic link."));
  }
  const read = readJson(own ? inFolder : findBuiltIn(), own ? file : "api.json (built in)", report);
  if (!read || read.broken) return undefined;
  const problems = checkLifecycle(read.value, file).map((problem) => locate(problem, read.text));
  problems.forEach(report);
  if (problems.length > 0 || !isObject(read.value)) return undefined;
  return { file, hash: hashText(read.text), own, document: read.value };
};

const checkLifecycle = (value: Json, file: string): Diagnostic[] => {
  const isOpenApi =
    isObject(value) && typeof value["openapi"] === "string" && value["openapi"].startsWith("3.1");
  if (!isOpenApi)
    return [diagnose("bad-lifecycle", file, "", 'The document does not say "openapi": "3.1.…".')];
  if (!isObject(value["paths"]))
    return [diagnose("bad-lifecycle", file, "/paths", "The document has no paths.")];
  return checkReferences(value, file);
};

/** The lifecycle that ships with the generator: beside the compiled code, or in the repository. */
const findBuiltIn = (): string => {
  const places = ["../../api.json", "../../specs/api.json"].map((place) =>
    fileURLToPath(new URL(place, import.meta.url)),
  );
  return places.find((place) => existsSync(place)) ?? places[0]!;
};

const hashText = (text: string): string =>
  createHash("sha256")
    .update(text.includes("\r") ? text.replaceAll("\r\n", "\n") : text)
    .digest("hex");
