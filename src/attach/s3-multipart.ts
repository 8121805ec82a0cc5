import { systemClock } from "../time/clock.js";
import { scope } from "../time/scope.js";
import type { UploadFile } from "./upload-types.js";
import { readElement, requireOk, type Bucket, type PutContext } from "./s3-bucket.js";
import { UploadError } from "./upload-error.js";

/** Storages take at most 10,000 parts, each of at least 5 MiB but for the last. */
const smallestPart = 16 * 1024 * 1024;
const mostParts = 10_000;
const endingMs = 10_000;

/** Uploads a large file in parts, one after the other. An upload that fails or is aborted is ended, so that no part stays behind. */
export async function putInParts(
  bucket: Bucket,
  key: string,
  file: UploadFile,
  { signal, onProgress }: PutContext,
): Promise<void> {
  const headers = { "content-type": file.contentType };
  const begun = requireOk(await bucket.request(key, { method: "POST", query: "?uploads=", headers, signal }));
  const id = readElement(begun.text, "UploadId");
  if (id === undefined)
    throw new UploadError("The storage began an upload without an id. No job was submitted.");
  const upload = `uploadId=${encodeURIComponent(id)}`;
  try {
    const tags = await putParts(bucket, key, file.blob, upload, { signal, onProgress });
    const body = new Blob([listParts(tags)]);
    const sha256 = await bucket.hash(body, signal);
    requireOk(await bucket.request(key, { method: "POST", query: `?${upload}`, body, sha256, signal }));
  } catch (error) {
    await endUpload(bucket, key, upload);
    throw error;
  }
}

async function putParts(
  bucket: Bucket,
  key: string,
  blob: Blob,
  upload: string,
  { signal, onProgress }: PutContext,
): Promise<string[]> {
  const size = Math.max(smallestPart, Math.ceil(blob.size / mostParts));
  const tags: string[] = [];
  for (let at = 0; at < blob.size; at += size) {
    const body = blob.slice(at, at + size);
    const { header } = requireOk(
      await bucket.request(key, {
        method: "PUT",
        query: `?partNumber=${tags.length + 1}&${upload}`,
        body,
        sha256: await bucket.hash(body, signal),
        signal,
        onProgress: (sentBytes) => onProgress?.(at + sentBytes),
      }),
    );
    const tag = header("etag");
    if (tag === undefined)
      throw new UploadError("The storage took a part of the file without an ETag. No job was submitted.");
    tags.push(tag);
  }
  return tags;
}

function listParts(tags: readonly string[]): string {
  const parts = tags.map(
    (tag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${escapeXml(tag)}</ETag></Part>`,
  );
  return `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * Ends an upload with a signal of its own, because the caller's may have aborted. An error of the storage is ignored: nothing more
 * can be done here.
 */
async function endUpload(bucket: Bucket, key: string, upload: string): Promise<void> {
  try {
    await scope({ clock: systemClock, ms: endingMs }, (signal) =>
      bucket.request(key, { method: "DELETE", query: `?${upload}`, signal }),
    );
  } catch {
    // The error that ended the upload is the one to report.
  }
}
