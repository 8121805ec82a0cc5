import { join } from "node:path";
import { extensions } from "../../media/file-type.js";

const longestModel = 80;

/** Windows reserves these names for devices, with any extension. */
const deviceName = /^(con|prn|aux|nul|com\d|lpt\d)($|\.)/i;

/**
 * The start of every file name of one result: `<model>-<request id>`. Letters, digits, dots, dashes and underscores of the model's
 * id stay, other characters become dashes. At most 80 characters of the id are kept.
 */
export function stemOf(modelId: string, requestId: string): string {
  const flat = modelId
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/\.{2,}/g, ".")
    .slice(0, longestModel)
    .replace(/^[.-]+|[.-]+$/g, "");
  const model = flat === "" ? "output" : deviceName.test(flat) ? `model-${flat}` : flat;
  return `${model}-${requestId}`;
}

/** The end of the name of a file that a check doubts, after its extension: no program takes it for the file of the job. */
export const doubtfulEnding = ".doubtful";

/** Splits the name of a saved file, or of a doubtful one, into its stem and its extension; `undefined` for any other name. */
export function splitName(name: string): { readonly stem: string; readonly isDoubtful: boolean } | undefined {
  const isDoubtful = name.endsWith(doubtfulEnding);
  const plain = isDoubtful ? name.slice(0, -doubtfulEnding.length) : name;
  const dot = plain.lastIndexOf(".");
  return dot > 0 && extensions.includes(plain.slice(dot + 1))
    ? { stem: plain.slice(0, dot), isDoubtful }
    : undefined;
}

/** Tells if a file has one of the names that belong to a stem. */
export function isNamed(name: string, stem: string): boolean {
  const found = splitName(name);
  return found?.stem === stem && !found.isDoubtful;
}

/** The path of a file's bytes until it is whole. */
export function partialPath(directory: string, stem: string): string {
  return join(directory, `.${stem}.part`);
}

/** The path of the manifest: `<request id>.json` beside the files. */
export function manifestPath(directory: string, requestId: string): string {
  return join(directory, `${requestId}.json`);
}

/** The path of the file that keeps two processes from saving the same result at once. */
export function lockPath(directory: string, requestId: string): string {
  return join(directory, `.${requestId}.lock`);
}
