import { makeIssue, type Issue } from "../errors/issue.js";
import type { OpenFile } from "./open-files.js";

/** The files of an input: those that go into the request, and those that are uploaded. */
export interface DividedFiles {
  readonly inline: readonly OpenFile[];
  readonly remote: readonly OpenFile[];
}

/** All `data:` URIs of one input together hold at most this many bytes, so that the request stays below the service's limit. */
const mostDataBytes = 24_000_000;

/** Default of the option `maxDataBytes` of `attach`. */
const usualDataBytes = 4_000_000;

/**
 * Decides which files go into the request as `data:` URIs, and which must be uploaded. The smallest go into the request first, each of
 * at most `maxDataBytes` bytes.
 */
export function divideFiles(files: readonly OpenFile[], maxDataBytes: number = usualDataBytes): DividedFiles {
  let left = mostDataBytes;
  const inline = files
    .toSorted((one, other) => one.blob.size - other.blob.size)
    .filter(({ blob: { size } }) => size <= maxDataBytes && (left -= size) >= 0);
  return { inline, remote: files.filter((file) => !inline.includes(file)) };
}

/** The issue of a file that must be uploaded where there is no upload. */
export function describeTooLarge(
  { path, name, blob }: OpenFile,
  maxDataBytes: number = usualDataBytes,
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

/** A multiple of three bytes gives whole groups of base64, so that pieces can be joined. */
const textStep = 0x6000;
const readStep = 32 * textStep;

/** Makes a `data:` URI of a whole file, which is read in parts. */
export async function toDataUri({ blob, type }: OpenFile): Promise<string> {
  let text = `data:${type.contentType};base64,`;
  for (let start = 0; start < blob.size; start += readStep) {
    const bytes = new Uint8Array(await blob.slice(start, start + readStep).arrayBuffer());
    for (let at = 0; at < bytes.length; at += textStep)
      text += btoa(String.fromCharCode(...bytes.subarray(at, at + textStep)));
  }
  return text;
}
