import { makeIssue, show, type Issue } from "../errors/issue.js";
import { describeWrongKind } from "../media/field-report.js";
import { readSignature, signatureBytes, type FileType } from "../media/file-type.js";
import type { MediaValue } from "../media/media-fields.js";
import { PathProblem, type PathOptions, type Platform } from "./attach-platform.js";

/** A file of an input, open and of a known kind. */
export interface OpenFile {
  /** JSON pointer in the input. */
  readonly path: string;
  /** Its name for messages: the path or the file name that was given, in quotes, or `the file`. */
  readonly name: string;
  readonly blob: Blob;
  readonly type: FileType;
}

/** The files of an input, and everything that is wrong with them. */
export interface OpenedFiles {
  readonly files: readonly OpenFile[];
  readonly issues: readonly Issue[];
  readonly warnings: readonly Issue[];
}

/** Opens and measures every value that is a file; texts that are addresses are left alone. */
export async function openFiles(
  platform: Platform,
  values: readonly MediaValue[],
  options: PathOptions,
  signal: AbortSignal,
): Promise<OpenedFiles> {
  const files: OpenFile[] = [];
  const issues: Issue[] = [];
  const warnings: Issue[] = [];
  for (const value of values.filter(isFile)) {
    signal.throwIfAborted();
    try {
      const file = await openFile(platform, value, options);
      const report = await platform.measureBlob({ ...file, rules: value.rules }, signal);
      const problem = describeWrongKind(value.rules, file.type);
      // The message names the file first, as every problem of a path does, so the "it" of this problem is left out.
      if (problem) throw new PathProblem(`${problem.replace(/^it /, "")}; give a file of that kind`);
      issues.push(...report.problems);
      warnings.push(...report.warnings);
      files.push(file);
    } catch (error) {
      signal.throwIfAborted();
      issues.push(describeProblem(value, error));
    }
  }
  return { files, issues, warnings };
}

/** A text without a scheme, or with the letter of a drive, is a path; samples of the service are no files. */
export function isFile({ value, rules }: MediaValue): boolean {
  if (typeof value !== "string") return true;
  const isPath = /^file:/i.test(value) || !/^[a-z][a-z\d+.-]+:/i.test(value);
  return value !== "" && isPath && rules.samples?.includes(value) !== true;
}

async function openFile(
  platform: Platform,
  { path, value }: MediaValue,
  options: PathOptions,
): Promise<OpenFile> {
  const blob = await toBlob(platform, value, options);
  if (blob.size === 0)
    throw new PathProblem("is empty: it has 0 bytes; write it again, or give another file");
  const type = readSignature(await readHead(blob));
  if (type === undefined || type.kind === "other")
    throw new PathProblem(
      "is of no known image, video or audio format, as its first bytes show; give a file in a usual one, such as PNG, JPEG or MP4",
    );
  return { path, name: nameOf(value), blob, type };
}

async function readHead(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.slice(0, signatureBytes).arrayBuffer());
}

async function toBlob(platform: Platform, value: unknown, options: PathOptions): Promise<Blob> {
  if (typeof value === "string") return platform.openPath(value, options);
  if (value instanceof URL && value.protocol === "file:") return platform.openPath(value.href, options);
  if (value instanceof Blob) return value;
  // A copy: the bytes may lie in memory that other threads change.
  if (value instanceof Uint8Array) return new Blob([new Uint8Array(value)]);
  if (value instanceof Response) return readResponse(value);
  throw new PathProblem("is no file: give a path, a Blob, a File, a Uint8Array or a Response");
}

async function readResponse(response: Response): Promise<Blob> {
  if (!response.ok) throw new PathProblem(`is an answer with the status ${response.status}, not a file`);
  if (response.bodyUsed) throw new PathProblem("is a Response whose body was read before");
  return response.blob();
}

function nameOf(value: unknown): string {
  if (typeof value === "string") return show(value);
  if (value instanceof URL) return show(value.href);
  return typeof File === "function" && value instanceof File ? show(value.name) : "the file";
}

function describeProblem({ path, value }: MediaValue, error: unknown): Issue {
  const isChanged = error instanceof Error && error.name === "NotReadableError";
  const reason = isChanged
    ? "changed while it was read; try again when nothing writes to it"
    : error instanceof Error
      ? error.message
      : String(error);
  return makeIssue({ code: "media", path, reason: `${nameOf(value)} ${reason}` });
}
