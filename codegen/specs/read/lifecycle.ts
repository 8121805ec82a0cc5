import { existsSync, lstatSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Json } from "../../../src/input/model.js";
import { diagnose } from "../../diagnostics/diagnostic.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { hashText, nameFile, readText } from "./spec-texts.js";
import { locate, readJson } from "./spec-json.js";
import { checkReferences } from "../model/spec-members.js";
import { isObject } from "../model/spec.js";
import type { LifecycleFile } from "../model/spec.js";

/** What was read of the calls that all models share; `lifecycle` is missing where it could not be read. */
export interface LifecycleReading {
  readonly lifecycle: LifecycleFile | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the folder's own `api.json`, or the one that the generator brings along. */
export function readLifecycle(folder: string): LifecycleReading {
  const diagnostics: Diagnostic[] = [];
  const lifecycle = readDocument(folder, (diagnostic) => void diagnostics.push(diagnostic));
  return { lifecycle, diagnostics };
}

function readDocument(folder: string, report: (diagnostic: Diagnostic) => void): LifecycleFile | undefined {
  const file = nameFile(folder, "api.json");
  const inFolder = join(folder, "api.json");
  const own = existsSync(inFolder);
  if (own && lstatSync(inFolder).isSymbolicLink()) {
    return void report(diagnose("link-outside", file, "", "The file is a symbolic link."));
  }
  const shown = own ? file : "api.json (built in)";
  const text = readText(own ? inFolder : findBuiltIn(), shown, report);
  const read = text === undefined ? undefined : readJson(text, shown, report);
  if (text === undefined || !read?.isSound) return undefined;
  const { value } = read;
  const problems = checkDocument(value, file).map((problem) => locate(problem, text));
  problems.forEach(report);
  if (problems.length > 0 || !isObject(value)) return undefined;
  return { file, hash: hashText(text), own, document: value };
}

function checkDocument(value: Json, file: string): Diagnostic[] {
  const isOpenApi =
    isObject(value) && typeof value["openapi"] === "string" && value["openapi"].startsWith("3.1");
  if (!isOpenApi)
    return [diagnose("bad-lifecycle", file, "", 'The document does not say "openapi": "3.1.…".')];
  if (!isObject(value["paths"]))
    return [diagnose("bad-lifecycle", file, "/paths", "The document has no paths.")];
  return checkReferences(value, file);
}

/** Beside the compiled code, or in the repository. */
function findBuiltIn(): string {
  const places = ["../../../api.json", "../../../specs/api.json"].map((place) =>
    fileURLToPath(new URL(place, import.meta.url)),
  );
  return places.find((place) => existsSync(place)) ?? places[0]!;
}
