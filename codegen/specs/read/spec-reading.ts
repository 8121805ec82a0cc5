import type { Json } from "../../../src/input/model.js";
import { hasErrors } from "../../diagnostics/diagnostic.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { isObject } from "../../../src/dialect/notation/schema-node.js";
import type { LifecycleFile, Spec, SpecFile } from "../model/spec.js";
import { checkSpecMembers } from "../model/spec-members.js";
import { readLifecycle } from "./lifecycle.js";
import { makeLocator, readSpecJson } from "./spec-json.js";
import { readTexts } from "./spec-texts.js";
import type { SpecText } from "./spec-texts.js";

/** The specs that texts hold. */
export interface SpecReading {
  /** Those without an error, in the order of the texts. */
  readonly specs: readonly SpecFile[];
  /** Specs with an error, as far as they can be read: nothing is made from them, but their schemas have problems to report too. */
  readonly broken: readonly SpecFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Everything that was read from a folder of specs. */
export interface ReadResult extends SpecReading {
  /** Missing where it could not be read. */
  readonly lifecycle: LifecycleFile | undefined;
}

/** Reads every spec file of a folder, and the calls that all models share. */
export function readSpecs(folder: string): ReadResult {
  const { texts, diagnostics } = readTexts(folder);
  const { lifecycle, diagnostics: doubts } = readLifecycle(folder);
  const reading = parseSpecs(texts);
  return { ...reading, lifecycle, diagnostics: [...diagnostics, ...reading.diagnostics, ...doubts] };
}

/** Reads spec files as JSON and checks all of them but their schemas. */
export function parseSpecs(texts: readonly SpecText[]): SpecReading {
  const specs: SpecFile[] = [];
  const broken: SpecFile[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const text of texts) {
    const found: Diagnostic[] = [];
    const value = readSpecJson(text.text, text.file, (diagnostic) => void found.push(diagnostic))?.value;
    if (value !== undefined) {
      found.push(...checkSpecMembers(value, text.file).map(makeLocator(text.text)));
      if (!hasErrors(found)) specs.push({ ...text, spec: value as unknown as Spec });
      else if (isObject(value) && isObject(value["input"]))
        broken.push({ ...text, spec: salvage(value, value["input"]) });
    }
    diagnostics.push(...found);
  }
  return { specs, broken, diagnostics };
}

/** Keeps the parts of a broken spec that are of the right kind. */
function salvage(value: { readonly [key: string]: Json }, input: Spec["input"]): Spec {
  const { output, example } = value;
  return { input, ...(isObject(output) && { output }), ...(isObject(example) && { example }) };
}

/** Adds line and column to diagnostics whose files are at hand. */
export function locateDiagnostics(
  diagnostics: readonly Diagnostic[],
  texts: readonly SpecText[],
): Diagnostic[] {
  const locators = new Map(texts.map(({ file, text }) => [file, makeLocator(text)]));
  return diagnostics.map((diagnostic) => locators.get(diagnostic.file)?.(diagnostic) ?? diagnostic);
}
