import { attach } from "../../attach/attach.js";
import type { Upload } from "../../attach/upload-types.js";
import { openCheckedFiles } from "../../attach/checked-files.js";
import { isFile, openFiles } from "../../attach/open-files.js";
import { replaceValues } from "../../attach/replace-values.js";
import { checkInput, InputError } from "../../index.js";
import type { CheckedModel, Issue, Json } from "../../index.js";
import { readSignature, signatureBytes } from "../../media/file-type.js";
import { findMediaFields, findMediaValues } from "../../media/media-fields.js";
import type { MediaValue } from "../../media/media-fields.js";
import { platform } from "../../node/attach/node-platform.js";
import { checkMedia } from "../../node/media/media-check.js";
import type { ApiInput } from "../api-types.js";
import { fromKeptText, readGivenName, toKeptText } from "../files/given-files.js";
import type { GivenFiles } from "../files/given-files.js";

/** The places of a page's files. */
export interface FilePlaces {
  readonly given: GivenFiles;
  /** Folders whose files an input may name by their paths. */
  readonly allowDirectories: readonly string[];
  /** Takes files that are too large for the request. */
  readonly upload?: Upload | undefined;
}

/** An input with its files. */
export interface OpenInput {
  /** The input with a `Blob` for each file. */
  readonly withFiles: unknown;
  /** The input as records keep it, with a hash for each file. */
  readonly kept: ApiInput;
  /** The files by their fields, as records keep them. */
  readonly hashes: ReadonlyMap<string, string>;
  /** The reasons why a file could not be opened. */
  readonly issues: readonly Issue[];
}

/** Opens the files of an input: given ones, and those of allowed folders. */
export async function openInput(
  model: CheckedModel,
  input: ApiInput,
  { given, allowDirectories }: FilePlaces,
  signal: AbortSignal,
): Promise<OpenInput> {
  const blobs = new Map<string, unknown>();
  const hashes = new Map<string, string>();
  const issues: Issue[] = [];
  const [baseDirectory] = allowDirectories;
  for (const { path, value, rules } of findMediaFields(model.input, input)) {
    const name = readGivenName(value);
    const file = name === undefined ? undefined : await given.find(name);
    if (file) {
      blobs.set(path, await given.open(file));
      hashes.set(path, toKeptText(file));
    } else if (name !== undefined) {
      // A placeholder, so that the missing file is the field's only problem.
      blobs.set(path, "data:image/png;base64,AA==");
      issues.push(describeFile(path, "is gone; add it again"));
    } else if (baseDirectory !== undefined && isFile({ path, value, rules })) {
      try {
        const blob = await withType(await platform.openPath(value, { baseDirectory, allowDirectories }));
        blobs.set(path, blob);
        hashes.set(path, `data:${blob.type},sha256:${await platform.hashBlob(blob, signal)}`);
      } catch (error) {
        blobs.set(path, "data:image/png;base64,AA==");
        const said = error instanceof Error ? error.message : "cannot be read";
        issues.push(describeFile(path, said));
      }
    }
  }
  return {
    withFiles: replaceValues(input, blobs),
    kept: replaceValues(input, hashes) as ApiInput,
    hashes,
    issues,
  };
}

/** The blob with the content type that its first bytes show. */
async function withType(blob: Blob): Promise<Blob> {
  const head = new Uint8Array(await blob.slice(0, signatureBytes).arrayBuffer());
  return blob.slice(0, blob.size, readSignature(head)?.contentType ?? "application/octet-stream");
}

/** All problems of an input: its files are measured, and all other fields compared with the schema. */
export async function checkOpenInput(
  model: CheckedModel,
  opened: OpenInput,
  { upload }: FilePlaces,
  { signal, measure = false }: { readonly signal: AbortSignal; readonly measure?: boolean | undefined },
): Promise<readonly Issue[]> {
  const { withFiles, kept, issues } = opened;
  const values = findBlobs(model, withFiles);
  const standIns = new Map(
    values.map(({ path, value }) => [path, `data:${value.type || "image/png"};base64,AA==`]),
  );
  const all = [
    ...issues,
    ...(await checkFiles(model, opened, upload, signal)),
    ...checkInput(model, replaceValues(withFiles, standIns)),
  ];
  if (!measure || all.some(({ severity }) => severity !== "warning")) return all;
  // The files are measured already, so only the addresses are left to check.
  const addresses = replaceValues(kept, new Map(values.map(({ path }) => [path, undefined])));
  const report = await checkMedia(model, addresses, { signal, timeoutMs: 3000 });
  return [...all, ...report.problems, ...report.warnings];
}

/**
 * The problems of the files that were checked last, by model, fields and files: a form is checked after each letter that is typed.
 */
const checkedFiles = new Map<string, Promise<readonly Issue[]>>();
const mostChecked = 50;

function checkFiles(
  model: CheckedModel,
  { withFiles, hashes }: OpenInput,
  upload: Upload | undefined,
  signal: AbortSignal,
): Promise<readonly Issue[]> {
  if (hashes.size === 0) return Promise.resolve([]);
  const name = JSON.stringify([model.id, ...hashes]);
  const known = checkedFiles.get(name);
  if (known) return known;
  const found = measureFiles(model, withFiles, upload, signal);
  checkedFiles.set(name, found);
  found.catch(() => checkedFiles.delete(name));
  const [oldest] = checkedFiles.keys();
  if (checkedFiles.size > mostChecked && oldest !== undefined) checkedFiles.delete(oldest);
  return found;
}

async function measureFiles(
  model: CheckedModel,
  withFiles: unknown,
  upload: Upload | undefined,
  signal: AbortSignal,
): Promise<readonly Issue[]> {
  const values = findBlobs(model, withFiles);
  const { issues, warnings } = await openFiles(platform, values, { allowDirectories: [] }, signal);
  if (issues.length > 0) return [...issues, ...warnings];
  try {
    const options = { upload, check: false, allowDirectories: [] };
    await openCheckedFiles(platform, model, withFiles, options, signal);
    return warnings;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return [...warnings, ...error.issues];
  }
}

/** The input as it is sent: small files in it, large ones uploaded. */
export function attachFiles(
  model: CheckedModel,
  { withFiles }: OpenInput,
  { upload }: FilePlaces,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  return attach<unknown>(model, withFiles as never, { upload, allowDirectories: [], signal });
}

/** The files in the media fields of an input. */
function findBlobs(model: CheckedModel, input: unknown): MediaValue<Blob>[] {
  return findMediaValues(model.input, input).filter(
    (field): field is MediaValue<Blob> => field.value instanceof Blob,
  );
}

function describeFile(path: string, reason: string): Issue {
  return { code: "media", path, message: `the file ${reason}` };
}

/** An input of a record as the page uses it again: hashes of files become the names of given files. */
export function toApiInput(kept: unknown): ApiInput {
  return typeof kept === "object" && kept !== null && !Array.isArray(kept)
    ? (restore(kept as Json) as ApiInput)
    : {};
}

function restore(value: Json): Json {
  if (typeof value === "string") return fromKeptText(value) ?? value;
  if (Array.isArray(value)) return value.map(restore);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, restore(inner)]));
}
