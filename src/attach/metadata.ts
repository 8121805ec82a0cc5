import type { FileType } from "../media/file-type.js";
import { stripJpeg } from "./metadata-jpeg.js";
import { blankPlaces } from "./metadata-exif.js";
import { stripPng } from "./metadata-png.js";
import { stripWebp } from "./metadata-webp.js";
import { UploadError } from "./upload-error.js";

/** Larger photos than the service takes are not read into memory. */
const mostBytes = 100_000_000;

/** Bytes of a photo without metadata, as pieces of the original and new parts. */
type Strip = (bytes: Uint8Array<ArrayBuffer>) => readonly Uint8Array<ArrayBuffer>[];

const strips: { readonly [contentType: string]: Strip } = {
  "image/jpeg": stripJpeg,
  "image/png": stripPng,
  "image/webp": stripWebp,
  // The parts of these formats lie at fixed offsets: places are overwritten, and nothing is moved.
  "image/heic": blankPlaces,
  "image/avif": blankPlaces,
};

/**
 * Removes place, camera, comments and previews from a photo, and keeps its pixels, colours and orientation. In HEIC and AVIF only the
 * place is removed. Other files stay as they are.
 *
 * @throws UploadError when the photo is too large or too damaged to be cleaned.
 */
export async function stripMetadata(
  blob: Blob,
  { contentType }: Pick<FileType, "contentType">,
): Promise<Blob> {
  const strip = strips[contentType];
  if (strip === undefined) return blob;
  if (blob.size > mostBytes) throw refusal(`it has more than ${mostBytes / 1_000_000} MB`);
  try {
    return new Blob([...strip(new Uint8Array(await blob.arrayBuffer()))], { type: contentType });
  } catch (cause) {
    if (cause instanceof RangeError) throw refusal("it is damaged", cause);
    throw cause;
  }
}

function refusal(why: string, cause?: unknown): UploadError {
  return new UploadError(
    `A photo cannot be freed of its metadata: ${why}. Set stripMetadata: false to upload it as it is. Nothing was submitted.`,
    { cause },
  );
}
