import { access } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { attach, type AttachOptions } from "../../attach/attach.js";
import { openCheckedFiles } from "../../attach/checked-files.js";
import { isFile } from "../../attach/open-files.js";
import { replaceValues } from "../../attach/replace-values.js";
import type { InputSchema, Json } from "../../input/model.js";
import { findMediaFields, type MediaValue } from "../../media/media-fields.js";
import { platform } from "../../node/attach/node-platform.js";
import { CommandError, exitCodes } from "../terminal/exit-code.js";
import { splitPointer } from "../../errors/issue.js";

/** An input as JSON. */
export interface FileInput {
  readonly [name: string]: Json;
}

/** A model with the fields that may hold files. */
export interface FileModel {
  readonly id: string;
  readonly input: InputSchema;
}

/** Circumstances of one call. */
interface BookCall {
  readonly signal?: AbortSignal | undefined;
  /** Called while the files of this input are uploaded. */
  readonly onProgress?: AttachOptions["onProgress"];
}

/**
 * The local files of inputs. Records, manifests and tables hold a file's hash in its place, so that the same file under another
 * path is the same input; the bytes are attached when the job is sent.
 */
export interface FileBook {
  /**
   * Opens, measures and checks the files of an input, and gives it with their hashes. `named` are the fields that were given on the
   * command line: their files may lie anywhere.
   *
   * @throws CommandError (66) where a file is missing; InputError where one does not fit.
   */
  readonly note: (
    input: FileInput,
    call?: BookCall & { readonly named?: ReadonlySet<string> },
  ) => Promise<FileInput>;
  /** Gives the input with the files of its hashes: as `data:` URIs, or uploaded. */
  readonly attach: (input: FileInput, call?: BookCall) => Promise<FileInput>;
}

const hashPattern = /^data:[\w.+-]+\/[\w.+-]+,sha256:([0-9a-f]{64})$/;

/** Makes an empty book for the inputs of one model. */
export function createFileBook(model: FileModel, options: Omit<AttachOptions, "signal">): FileBook {
  const paths = new Map<string, string>();
  const { baseDirectory = process.cwd() } = options;

  async function note(
    given: FileInput,
    {
      signal = new AbortController().signal,
      named = new Set<string>(),
    }: Parameters<FileBook["note"]>[1] = {},
  ): Promise<FileInput> {
    const files = listPaths(model, given);
    if (files.length === 0) return given;
    await refuseMissing(files, baseDirectory);
    const allowFiles = files
      .filter(({ path }) => named.has(readName(path)))
      .map(({ value }) => toPath(value, baseDirectory));
    const input = replaceValues(given, new Map(files.map(({ path, value }) => [path, value])));
    const checked = await openCheckedFiles(platform, model, input, { ...options, allowFiles }, signal);
    const hashes = new Map<string, string>();
    for (const { path, blob, type } of [...checked.inline, ...checked.remote]) {
      const sha256 = await platform.hashBlob(blob, signal);
      const value = files.find((file) => file.path === path)?.value ?? "";
      paths.set(sha256, toPath(value, baseDirectory));
      hashes.set(path, `data:${type.contentType},sha256:${sha256}`);
    }
    return replaceValues(input, hashes) as FileInput;
  }

  async function attachNoted(input: FileInput, { signal, ...call }: BookCall = {}): Promise<FileInput> {
    const blobs = new Map<string, Blob>();
    for (const { path, value } of findMediaFields(model.input, input)) {
      const sha256 = hashPattern.exec(value)?.[1];
      if (sha256 !== undefined) blobs.set(path, await openAgain(paths.get(sha256), sha256, signal));
    }
    if (blobs.size === 0) return input;
    const given = { ...options, ...call, signal };
    return (await attach<unknown>(model, replaceValues(input, blobs), given)) as FileInput;
  }

  return { note, attach: attachNoted };
}

/** Opens a noted file again. It was allowed when it was noted, but its bytes must still be the same. */
async function openAgain(
  path: string | undefined,
  sha256: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<Blob> {
  if (path === undefined)
    throw new CommandError(
      "Nothing was sent: the input holds only the hash of a file. Give the file again.",
      exitCodes.data,
    );
  const blob = await platform.openPath(path, { allowFiles: [path] });
  if ((await platform.hashBlob(blob, signal)) === sha256) return blob;
  throw new CommandError(
    `Nothing was sent: ${JSON.stringify(path)} has changed since it was checked. Run the command again.`,
    exitCodes.data,
  );
}

/** The paths in the media fields of an input; `@me.png` is the path `me.png`. */
export function listPaths(model: FileModel, input: FileInput): MediaValue<string>[] {
  return findMediaFields(model.input, input)
    .filter(isFile)
    .map((file) => ({ ...file, value: file.value.replace(/^@/, "") }));
}

/** The field of the input in which a value lies: the first name of its JSON pointer. */
function readName(path: string): string {
  return splitPointer(path)[0] ?? "";
}

/** The place of a path or a `file:` URL; text that is no valid URL stays, and is refused when it is opened. */
function toPath(text: string, folder: string): string {
  if (!/^file:/i.test(text)) return resolve(folder, text);
  try {
    return fileURLToPath(text);
  } catch {
    return text;
  }
}

/** Rejects with a CommandError (66) that lists the paths where there is no file. */
export async function refuseMissing(files: readonly MediaValue<string>[], folder: string): Promise<void> {
  const missing: string[] = [];
  for (const { path, value } of files)
    await access(toPath(value, folder)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR")
        missing.push(`  \`${readName(path)}\`: ${JSON.stringify(value)} does not exist`);
    });
  if (missing.length === 0) return;
  throw new CommandError(
    `Nothing was sent: an input file is missing.\n${missing.join("\n")}\nGive the path of a file, a public https URL or a data: URI in a file (--input).`,
    exitCodes.noInput,
  );
}
