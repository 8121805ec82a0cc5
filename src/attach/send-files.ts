import { checkAddress } from "../input/media-address.js";
import { defaultWaitMs } from "../options/wait-time.js";
import type { Upload } from "./upload-types.js";
import { stripMetadata } from "./metadata.js";
import type { OpenFile } from "./open-files.js";
import type { Platform } from "./attach-platform.js";
import { UploadError } from "./upload-error.js";

/** The options of `attach` that concern uploads. */
export interface SendOptions {
  readonly stripMetadata?: boolean | undefined;
  readonly validForMs?: number | undefined;
  readonly onProgress?:
    | ((progress: { readonly sentBytes: number; readonly totalBytes: number }) => void)
    | undefined;
}

const uploadsAtOnce = 4;

/** Uploads files, equal ones once; gives the address of each by its JSON pointer. After a failure no further upload begins. */
export async function sendFiles(
  platform: Platform,
  files: readonly OpenFile[],
  upload: Upload,
  options: SendOptions,
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const { stripMetadata: strip = true, validForMs = defaultWaitMs } = options;
  const addresses = new Map<string, string>();
  const uploads = new Map<string, Promise<string>>();
  const sent = new Map<string, number>();
  const totalBytes = files.reduce((total, { blob }) => total + blob.size, 0);

  async function send(file: OpenFile): Promise<void> {
    const { path, type } = file;
    const blob = strip ? await stripMetadata(file.blob, type) : file.blob;
    const sha256 = await platform.hashBlob(blob, signal);
    const onProgress = (sentBytes: number) => {
      sent.set(path, sentBytes);
      options.onProgress?.({ sentBytes: sum(sent.values()), totalBytes });
    };
    const begun = uploads.get(sha256);
    const work =
      begun ??
      upload(
        { blob, sha256, contentType: type.contentType, extension: type.extension, path },
        { signal, validForMs, onProgress },
      );
    uploads.set(sha256, work);
    const address = requireAddress(await work);
    onProgress(file.blob.size);
    addresses.set(path, address);
  }

  const waiting = [...files];
  async function sendNext(): Promise<void> {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      signal.throwIfAborted();
      try {
        await send(file);
      } catch (error) {
        waiting.length = 0;
        throw error;
      }
    }
  }
  const outcomes = await Promise.allSettled(Array.from({ length: uploadsAtOnce }, sendNext));
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed) throw failed.reason;
  return addresses;
}

/** An upload function may be anybody's: its address must be one that the service can fetch. */
function requireAddress(address: unknown): string {
  const problem =
    typeof address === "string" ? checkAddress({}, address) : { given: typeof address, reason: "is no text" };
  if (problem)
    throw new UploadError(
      `The upload gave ${problem.given}, which ${problem.reason}. The service needs a public https URL; no job was submitted.`,
    );
  return address as string;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
