import { InputError } from "../errors/errors.js";
import { describeIssue, type Issue } from "../errors/issue.js";
import { checkInput } from "../input/check.js";
import type { Model } from "../input/model.js";
import { findMediaValues } from "../media/media-fields.js";
import type { PathOptions, Platform } from "./attach-platform.js";
import type { Upload } from "./upload-types.js";
import { describeTooLarge, divideFiles, type DividedFiles } from "./inline-files.js";
import { openFiles } from "./open-files.js";
import { replaceValues } from "./replace-values.js";

/** The options of `attach` that decide which files are taken, and which way each goes. */
export interface CheckedFilesOptions extends PathOptions {
  readonly upload?: Upload | undefined;
  readonly maxDataBytes?: number | undefined;
  readonly check?: boolean | undefined;
  readonly onWarning?: ((issue: Issue) => void) | undefined;
}

/**
 * Opens and measures the files of an input, and checks the whole input with them.
 *
 * @throws InputError with an issue for each file and field that does not fit.
 */
export async function openCheckedFiles(
  platform: Platform,
  model: Pick<Model, "id" | "input">,
  input: unknown,
  options: CheckedFilesOptions,
  signal: AbortSignal,
): Promise<DividedFiles> {
  const values = findMediaValues(model.input, input);
  const { files, issues, warnings } = await openFiles(platform, values, options, signal);
  refuse(model, issues);
  for (const warning of warnings) options.onWarning?.(warning);
  // A short stand-in for each file lets all other fields be checked before anything is uploaded.
  const standIns = new Map(files.map(({ path, type }) => [path, `data:${type.contentType};base64,AA==`]));
  const found = options.check === false ? [] : checkInput(model, replaceValues(input, standIns));
  refuse(
    model,
    found.filter(({ severity }) => severity !== "warning"),
  );
  const divided = divideFiles(files, options.maxDataBytes);
  refuse(
    model,
    options.upload ? [] : divided.remote.map((file) => describeTooLarge(file, options.maxDataBytes)),
  );
  return divided;
}

function refuse(model: Pick<Model, "id">, issues: readonly Issue[]): void {
  if (issues.length === 0) return;
  const lines = issues.map((issue) => `  ${describeIssue(issue)}`);
  throw new InputError(
    `The input does not fit ${model.id}; nothing was uploaded or sent:\n${lines.join("\n")}`,
    {
      modelId: model.id,
      issues,
    },
  );
}
