import { replaceValues } from "../../attach/replace-values.js";
import type { Schema } from "../../input/model.js";
import { findMediaValues } from "../../media/media-fields.js";
import type { ProxyUpload, UploadCall } from "../proxy/proxy-wire.js";
import { CallFailure } from "./proxy-calls.js";

/** A file of an input. */
export interface InputFile {
  /** JSON pointer of its media field. */
  readonly path: string;
  readonly file: Blob;
}

/** The files in the media fields of an input. */
export function findFiles(schema: Schema, input: unknown): InputFile[] {
  return findMediaValues(schema, input).flatMap(({ path, value }) =>
    value instanceof Blob ? [{ path, file: value }] : [],
  );
}

/** The input with a short text in the place of each file, which lets all other fields be checked. */
export function hideFiles(input: unknown, files: readonly InputFile[]): unknown {
  const standIn = "data:application/octet-stream;base64,AA==";
  return replaceValues(input, new Map(files.map(({ path }) => [path, standIn])));
}

/** Uploads the files of an input, each to an address that `ask` gives, and gives the input with the texts that stand for them. */
export async function uploadFiles(
  model: string,
  input: unknown,
  files: readonly InputFile[],
  ask: (call: UploadCall) => Promise<ProxyUpload>,
  send: typeof fetch,
  signal: AbortSignal,
): Promise<unknown> {
  const texts = new Map<string, string>();
  for (const { path, file } of files) {
    const contentType = file.type || "application/octet-stream";
    const upload = await ask({ call: "upload", model, field: path, contentType, bytes: file.size });
    await put(upload, file, send, signal);
    texts.set(path, upload.value);
  }
  return replaceValues(input, texts);
}

async function put(
  { uploadUrl, headers }: ProxyUpload,
  file: Blob,
  send: typeof fetch,
  signal: AbortSignal,
): Promise<void> {
  const name = file instanceof File ? file.name : "The file";
  let reason = "the storage did not answer; perhaps it does not allow requests from this page (CORS)";
  try {
    const { ok, status } = await send(uploadUrl, { method: "PUT", headers, body: file, signal });
    if (ok) return;
    reason = `the storage answered with status ${status}`;
  } catch {
    signal.throwIfAborted();
  }
  const message = `${name} could not be uploaded: ${reason}. Nothing was paid. Try again.`;
  throw new CallFailure({ code: "upload", message });
}
