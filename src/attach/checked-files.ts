import { InputError } from "../errors/errors.js";
import { describeIssue, makeIssue, type Issue } from "../errors/issue.js";
import { checkInput } from "../input/check.js";
import type { Model } from "../input/model.js";
import { findMediaValues } from "../media/media-fields.js";
import type { PathOptions, Platform } from "./attach-platform.js";
import type { Upload } from "./attachable.js";
import { openFiles, type OpenFile } from "./open-files.js";
import { replaceValues } from "./replace-values.js";

/** The options of `attach` that decide which files are taken, and which way each goes. */
export interface CheckedFilesOptions extends PathOptions {
  readonly upload?: Upload | undefined;
  readonly maxDataBytes?: number | undefined;
  readonly check?: boolean | undefined;
  readonly onWarning?: ((issue: Issue) => void) | undefined;
}

/** The files of an input that fits its model: those that go into the request, and those that are uploaded. */
export interface CheckedFiles {
  readonly inline: readonly OpenFile[];
  readonly remote: readonly OpenFile[];
}

/** All `data:` URIs of one input together hold at most this many bytes, so that the request stays below the service's limit. */
const mostDataBytes = 24_000_000;

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
): Promise<CheckedFiles> {
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
  const divided = divide(files, options);
  refuse(model, options.upload ? [] : divided.remote.map((file) => describeTooLarge(file, options)));
  return divided;
}

/** Divides files into those that fit into the request and those that must be uploaded: the smallest go into the request first. */
function divide(files: readonly OpenFile[], { maxDataBytes = 4_000_000 }: CheckedFilesOptions): CheckedFiles {
  let left = mostDataBytes;
  const inline = files
    .toSorted((one, other) => one.blob.size - other.blob.size)
    .filter(({ blob: { size } }) => size <= maxDataBytes && (left -= size) >= 0);
  return { inline, remote: files.filter((file) => !inline.includes(file)) };
}

function describeTooLarge(
  { path, name, blob }: OpenFile,
  { maxDataBytes = 4_000_000 }: CheckedFilesOptions,
): Issue {
  const limit =
    blob.size > maxDataBytes
      ? `at most ${inMegabytes(maxDataBytes)} (maxDataBytes) go into the request`
      : `all files of one request have at most ${inMegabytes(mostDataBytes)}`;
  const remedy =
    "give an upload function, such as s3Upload(…) (on the command line: --upload), or host the file and give its https URL";
  return makeIssue({
    code: "too_large",
    path,
    reason: `${name} has ${inMegabytes(blob.size)}; ${limit}; ${remedy}`,
  });
}

function inMegabytes(bytes: number): string {
  return `${Number((bytes / 1_000_000).toPrecision(3))} MB`;
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
