import { ConfigError } from "../errors/errors.js";
import { checkOptions } from "../options/check-options.js";
import type { Clock } from "../time/clock.js";
import { systemClock } from "../time/clock.js";
import { platform } from "#attach-platform";
import type { Upload, UploadFile } from "./upload-types.js";
import { createBucket } from "./s3-bucket.js";
import { putInParts } from "./s3-multipart.js";
import { checkSettings, dayMs, loadSigner, s3Rules } from "./s3-settings.js";
import type { S3Options } from "./s3-settings.js";

/**
 * An upload to one storage, that also names its objects by places which do not expire, `s3://bucket/prefix/hash.png`: queues keep
 * those, and the address is signed when a job is sent.
 */
export interface S3Upload extends Upload {
  /** The place of a file, whether it was uploaded or not. */
  placeOf(file: Pick<UploadFile, "sha256" | "extension">): string;
  /** Signs the address of a place; `undefined` for a place in another storage, bucket or folder. */
  sign(place: string, validForMs: number): Promise<string | undefined>;
}

/** Larger files are sent in parts. */
const mostBytesAtOnce = 100_000_000;

/**
 * Uploads to S3, R2, MinIO and the like, for `attach`. Objects are named by the SHA-256 of their bytes: equal files are uploaded once,
 * and repeating an upload does no harm. The address is signed for reading. Needs the optional package `aws4fetch`.
 *
 * @throws ConfigError when an option is missing, unknown or invalid, or the service could not reach the address.
 */
export function s3Upload(options: S3Options): S3Upload {
  checkOptions("s3Upload", options, s3Rules);
  checkSettings("s3Upload", options);
  const { clock = systemClock, expiresInMs = dayMs } = options;
  const bucket = createBucket(platform, options, loadSigner, clock);
  const prefix = (options.prefix ?? "").replace(/^\/+|\/+$/g, "");
  const start = `s3://${options.bucket}/${prefix}${prefix && "/"}`;
  const placeOf: S3Upload["placeOf"] = ({ sha256, extension }) => `${start}${sha256}.${extension}`;
  const keyOf = (place: string) => place.slice(`s3://${options.bucket}/`.length);
  const upload: Upload = async (file, { signal, validForMs, onProgress }) => {
    checkValidity(options, validForMs, clock);
    const key = keyOf(placeOf(file));
    if ((await bucket.sizeOf(key, signal)) !== file.blob.size) {
      if (file.blob.size <= mostBytesAtOnce) await bucket.put(key, file, { signal, onProgress });
      else await putInParts(bucket, key, file, { signal, onProgress });
    }
    return bucket.signForReading(key, expiresInMs);
  };
  const sign: S3Upload["sign"] = async (place, validForMs) => {
    if (!place.startsWith(start)) return undefined;
    checkValidity(options, validForMs, clock);
    return bucket.signForReading(keyOf(place), expiresInMs);
  };
  return Object.assign(upload, { placeOf, sign });
}

/** An address must live as long as the job may wait for it, or a paid job fails for a missing file. */
function checkValidity(
  { expiresInMs = dayMs, credentialsExpireAt }: S3Options,
  validForMs: number,
  clock: Clock,
): void {
  const seconds = Math.ceil(validForMs / 1000);
  if (expiresInMs < validForMs)
    throw new ConfigError(
      `expiresInMs of s3Upload is ${expiresInMs} ms, shorter than the ${seconds} s for which the service may need the file. Give at least ${validForMs}.`,
    );
  if (credentialsExpireAt && credentialsExpireAt.getTime() < clock.date() + validForMs)
    throw new ConfigError(
      `The credentials of s3Upload end at ${credentialsExpireAt.toISOString()}, before the ${seconds} s are over for which the service may need the file. Renew them.`,
    );
}
