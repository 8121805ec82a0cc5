import { existsSync, lstatSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pointerTo, show } from "../../../src/errors/issue.js";
import type { Json } from "../../../src/input/model.js";
import { diagnose } from "../../diagnostics/diagnostic.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { hashText, nameFile, readText } from "./spec-texts.js";
import { makeLocator, readSpecJson } from "./spec-json.js";
import { isObject } from "../../../src/dialect/notation/schema-node.js";
import type { LifecycleFile } from "../model/spec.js";

/** The calls that all models share; `lifecycle` is missing where they could not be read. */
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
  if (text === undefined) return undefined;
  const value = readSpecJson(text, shown, report);
  if (value === undefined) return undefined;
  const problems = checkDocument(value, file).map(makeLocator(text));
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

/** The document is beside the compiled code, or in the repository. */
function findBuiltIn(): string {
  const places = ["../../../api.json", "../../../specs/api.json"].map((place) =>
    fileURLToPath(new URL(place, import.meta.url)),
  );
  return places.find((place) => existsSync(place)) ?? places[0]!;
}

/** Reports references of an OpenAPI document to other files. */
function checkReferences(root: Json, file: string): Diagnostic[] {
  const found: Diagnostic[] = [];
  function visit(value: Json, pointer: string) {
    if (Array.isArray(value))
      return (value as readonly Json[]).forEach((item, at) => visit(item, pointer + pointerTo(at)));
    if (!isObject(value)) return;
    for (const [key, child] of Object.entries(value)) {
      const place = pointer + pointerTo(key);
      if (key === "$ref" && typeof child === "string" && !child.startsWith("#/")) {
        found.push(
          diagnose("bad-reference", file, place, `The reference ${show(child)} leaves the document.`),
        );
      }
      visit(child, place);
    }
  }
  visit(root, "");
  return found;
}
