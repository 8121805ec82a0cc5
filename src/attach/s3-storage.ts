import { checkOptions } from "../options/check-options.js";
import { systemClock } from "../time/clock.js";
import { platform } from "#attach-platform";
import { createBucket } from "./s3-bucket.js";
import type { Bucket } from "./s3-bucket.js";
import { checkSettings, dayMs, loadSigner, s3Rules } from "./s3-settings.js";
import type { S3Options } from "./s3-settings.js";

/** A storage that others upload to, by addresses that are signed for one file each. */
export interface FileStorage {
  /** An address that takes one file by PUT, with these headers: exactly as many bytes, of exactly this type. */
  signUpload(file: StoredFile, expiresInMs: number): Promise<SignedUpload>;
  /** The public https address from which the service can fetch a file. */
  signDownload(name: string): Promise<string>;
  /** The size of a file in bytes; `undefined` where it is not there. Left out where the storage does not tell. */
  sizeOf?(name: string, signal: AbortSignal): Promise<number | undefined>;
}

/** A file that is to be uploaded. */
export interface StoredFile {
  /** Its name in the storage, such as `"9b2c….png"`. */
  readonly name: string;
  /** Such as `"image/png"`. */
  readonly contentType: string;
  readonly bytes: number;
}

/** An address that takes one file by PUT. */
export interface SignedUpload {
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
}

/**
 * Signs addresses of S3, R2, MinIO and the like, for pages that upload by themselves; see the option `uploads` of `createProxy`. Type and
 * size of a file are part of its signature. Needs the optional package `aws4fetch`. The bucket must allow PUT requests of your pages
 * (CORS).
 *
 * @throws ConfigError when an option is missing, unknown or invalid, or the service could not reach the address.
 */
export function s3Storage(options: S3Options): FileStorage {
  checkOptions("s3Storage", options, s3Rules);
  checkSettings("s3Storage", options);
  const { clock = systemClock, prefix = "", expiresInMs = dayMs } = options;
  const keyOf = (name: string) => `${prefix.replace(/^\/+|\/+$/g, "")}/${name}`.replace(/^\//, "");
  // Made for each call: a signer that is being loaded must not be awaited by another request.
  const open = (): Bucket => createBucket(platform, options, loadSigner, clock);
  return {
    signUpload: async ({ name, contentType, bytes }, uploadMs) => ({
      url: await open().signForWriting(keyOf(name), { contentType, bytes }, uploadMs),
      headers: { "content-type": contentType },
    }),
    signDownload: (name) => open().signForReading(keyOf(name), expiresInMs),
    sizeOf: (name, signal) => open().sizeOf(keyOf(name), signal),
  };
}
