import { openCheckedFiles } from "../../attach/checked-files.js";
import type { AttachOptions } from "../../attach/attach.js";
import type { UploadFile } from "../../attach/upload-types.js";
import { stripMetadata } from "../../attach/metadata.js";
import type { OpenFile } from "../../attach/open-files.js";
import { replaceValues } from "../../attach/replace-values.js";
import type { S3Upload } from "../../attach/s3-upload.js";
import { ConfigError } from "../../errors/errors.js";
import type { CheckedModel, RunnableModel } from "../../index.js";
import type { Schema } from "../../input/model.js";
import { findMediaFields } from "../../media/media-fields.js";
import { platform } from "../../node/attach/node-platform.js";
import type { AttachInput } from "../../once/once-types.js";
import type { FileBook, FileInput } from "../files/file-book.js";
import { listPaths, refuseMissing } from "../files/file-book.js";

/** Local files of rows that run on other machines. */
export interface QueuedFiles {
  /**
   * Opens, measures and checks the files of an input, and gives it with a place in the storage for each: `s3://bucket/prefix/hash.png`.
   * Nothing is uploaded.
   */
  readonly note: FileBook["note"];
  /** Uploads the files of an input that was noted, those of equal content once. Tells whether there was one. */
  readonly upload: (input: FileInput, signal: AbortSignal) => Promise<boolean>;
}

/** The files of rows that go to a storage before the rows are queued. */
export function createQueuedFiles(
  model: CheckedModel,
  upload: S3Upload,
  options: Omit<AttachOptions, "signal" | "upload">,
): QueuedFiles {
  const noted = new Map<string, OpenFile>();
  const { validForMs = 0 } = options;

  async function prepare({ blob, type, path }: OpenFile, signal: AbortSignal): Promise<UploadFile> {
    const stripped = await stripMetadata(blob, type);
    const sha256 = await platform.hashBlob(stripped, signal);
    return { blob: stripped, sha256, contentType: type.contentType, extension: type.extension, path };
  }

  return {
    note: async (given, { signal = new AbortController().signal } = {}) => {
      const files = listPaths(model, given);
      if (files.length === 0) return given;
      await refuseMissing(files, options.baseDirectory ?? process.cwd());
      const input = replaceValues(given, new Map(files.map(({ path, value }) => [path, value])));
      const { inline, remote } = await openCheckedFiles(
        platform,
        model,
        input,
        { ...options, upload },
        signal,
      );
      const places = new Map<string, string>();
      for (const file of [...inline, ...remote]) {
        const place = upload.placeOf(await prepare(file, signal));
        places.set(file.path, place);
        noted.set(place, file);
      }
      return replaceValues(input, places) as FileInput;
    },
    upload: async (input, signal) => {
      let hasUploaded = false;
      for (const { value: place } of findMediaFields(model.input, input)) {
        const file = noted.get(place);
        if (!file) continue;
        const ready = await prepare(file, signal);
        if (upload.placeOf(ready) !== place)
          throw new ConfigError(
            `A file of ${place} has changed since it was checked. Run the command again.`,
          );
        await upload(ready, { signal, validForMs, onProgress: () => {} });
        noted.delete(place);
        hasUploaded = true;
      }
      return hasUploaded;
    },
  };
}

/** Signs the addresses of files that stand in queued rows by their place, when a row is sent. */
export function signPlaces(
  model: RunnableModel,
  upload: S3Upload | undefined,
  validForMs: number,
): AttachInput {
  return async (input) => {
    // Without the fields of a model nobody can tell its files; no batch of such a model has any.
    const { input: schema } = Object(model) as { readonly input?: Schema };
    if (!schema) return input;
    const addresses = new Map<string, string>();
    for (const { path, value } of findMediaFields(schema, input)) {
      if (!value.startsWith("s3://")) continue;
      const address = await upload?.sign(value, validForMs);
      if (address === undefined)
        throw new ConfigError(
          `The file of this row lies in ${value}. Start the worker with --upload and the bucket and folder that the batch was started with.`,
        );
      addresses.set(path, address);
    }
    return replaceValues(input, addresses);
  };
}
