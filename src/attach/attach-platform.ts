import type { MediaRules } from "../input/model.js";
import { reportMeasured, type FieldReport } from "../media/field-report.js";
import type { FileType } from "../media/file-type.js";

/** Places that paths may lead to. */
export interface PathOptions {
  /** The folder that relative paths start from. Default: the current one. */
  readonly baseDirectory?: string | undefined;
  /** Folders from which files may be read, links followed. Default: the current one. */
  readonly allowDirectories?: readonly string[] | undefined;
  /** Single files that may be read wherever they lie, links followed. Default: none. */
  readonly allowFiles?: readonly string[] | undefined;
}

/** A file to measure: its bytes, what they show it to be, and the rules of its field. */
export interface FileToMeasure {
  readonly blob: Blob;
  readonly type: FileType;
  readonly path: string;
  readonly rules: MediaRules;
}

/** One request to a storage. Redirects are not followed. */
export interface StorageRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Blob | undefined;
  readonly signal: AbortSignal;
  readonly onProgress?: ((sentBytes: number) => void) | undefined;
}

/** A storage's answer; of its body at most {@link longestAnswer} characters. */
export interface StorageResponse {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly text: string;
}

/** The tools that differ between platforms. */
export interface Platform {
  /** Opens a path or a `file:` URL. Throws a {@link PathProblem} where it is no file that may be read. */
  readonly openPath: (path: string, options: PathOptions) => Promise<Blob>;
  /** The SHA-256 of a blob in lower-case hexadecimal. */
  readonly hashBlob: (blob: Blob, signal: AbortSignal) => Promise<string>;
  readonly measureBlob: (file: FileToMeasure, signal: AbortSignal) => Promise<FieldReport>;
  readonly sendToStorage: (request: StorageRequest) => Promise<StorageResponse>;
}

/** A path that cannot be read as a file. The message is a predicate: `does not exist`. */
export class PathProblem extends Error {}

/** The number of characters of a storage's answer that are read. */
export const longestAnswer = 64 * 1024;

/** The tools of browsers and workers: no paths, and whole files in memory where their hash is needed. */
export const platform: Platform = {
  openPath: () =>
    Promise.reject(new PathProblem("is a path, which cannot be read here; give a Blob, a File or bytes")),
  hashBlob,
  measureBlob,
  sendToStorage,
};

/** The platform's digest takes all bytes at once, so the whole blob is in memory. */
async function hashBlob(blob: Blob): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Measures size, and the width and height of pictures where a browser can decode them. */
async function measureBlob({ blob, type, path, rules }: FileToMeasure): Promise<FieldReport> {
  const measured = { kind: type.kind, contentType: type.contentType, bytes: blob.size };
  return reportMeasured(path, rules, { ...measured, ...(await readPixels(blob, type)) });
}

async function readPixels(blob: Blob, { kind, contentType }: FileType): Promise<object> {
  if (kind !== "image" || typeof createImageBitmap !== "function") return {};
  try {
    const bitmap = await createImageBitmap(blob.slice(0, blob.size, contentType));
    const { width, height } = bitmap;
    bitmap.close();
    return { width, height };
  } catch {
    return {};
  }
}

/** Sends one request by fetch, without cookies. */
async function sendToStorage({
  url,
  body,
  onProgress,
  ...request
}: StorageRequest): Promise<StorageResponse> {
  const response = await fetch(url, {
    ...request,
    ...(body && { body }),
    redirect: "manual",
    credentials: "omit",
  });
  const text = await response.text();
  if (body) onProgress?.(body.size);
  return {
    status: response.status,
    header: (name) => response.headers.get(name) ?? undefined,
    text: text.slice(0, longestAnswer),
  };
}
