import { diagnoseProblem } from "../../diagnostics/diagnostic.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { LifecycleFile, SpecFile } from "../model/spec.js";
import { readSpecMembers } from "../../../src/dialect/spec/spec-members.js";
import { readLifecycle } from "./lifecycle.js";
import { makeLocator, readSpecJson } from "./spec-json.js";
import { readTexts } from "./spec-texts.js";
import type { SpecText } from "./spec-texts.js";

/** The specs that texts hold. */
export interface SpecReading {
  /** Those from which a model can be made, in the order of the texts. */
  readonly specs: readonly SpecFile[];
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
  const diagnostics: Diagnostic[] = [];
  for (const text of texts) {
    const found: Diagnostic[] = [];
    const value = readSpecJson(text.text, text.file, (diagnostic) => void found.push(diagnostic));
    if (value !== undefined) {
      const { spec, isBare, problems } = readSpecMembers(value);
      const doubts = problems.map((problem) => diagnoseProblem(problem, text.file));
      found.push(...doubts.map(makeLocator(text.text)));
      if (spec !== undefined) specs.push({ ...text, spec, ...(isBare && { isBare }) });
    }
    diagnostics.push(...found);
  }
  return { specs, diagnostics };
}

/** Adds line and column to diagnostics whose files are at hand. */
export function locateDiagnostics(
  diagnostics: readonly Diagnostic[],
  texts: readonly SpecText[],
): Diagnostic[] {
  const locators = new Map(texts.map(({ file, text }) => [file, makeLocator(text)]));
  return diagnostics.map((diagnostic) => locators.get(diagnostic.file)?.(diagnostic) ?? diagnostic);
}
