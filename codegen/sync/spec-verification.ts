import { hasErrors } from "../diagnostics/diagnostic.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { normalize } from "../ir/spec-normalization.js";
import { parseSpecs } from "../specs/read/spec-reading.js";
import { mostBytes } from "../specs/read/spec-texts.js";
import { modelsTarget } from "../targets/models/models-target.js";
import { fromNothing } from "../targets/target.js";
import { messageOf } from "../../src/errors/error-message.js";

/**
 * Checks that `generate` would take the text of a spec file: all that it does with one spec is done, in memory.
 *
 * @returns a sentence that says what is wrong; undefined where nothing is.
 */
export async function verifySpec(id: string, text: string, inputs: number): Promise<string | undefined> {
  if (Buffer.byteLength(text) > mostBytes)
    return "its schema is larger than the 2 MiB that a spec file may have";
  const { specs, diagnostics: early } = parseSpecs([{ id, file: `${id}.json`, text, hash: "" }]);
  if (hasErrors(early)) return describe(early);
  const { models, diagnostics } = normalize(specs);
  if (hasErrors(diagnostics)) return describe(diagnostics);
  if (inputs > 0 && diagnostics.some(({ code }) => code === "no-properties"))
    return `its schema has no fields, but the entry counts ${inputs}`;
  try {
    const options = { runtime: "runcomfy-models", ...fromNothing };
    await modelsTarget.emit({ lifecycle: {}, ownLifecycle: false, models }, options);
    return undefined;
  } catch (cause) {
    return messageOf(cause);
  }
}

function describe(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const { what, pointer } = errors[0]!;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  return `${what}${pointer === "" ? "" : ` It stands at ${pointer}.`}${more}`;
}
