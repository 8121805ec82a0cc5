import { ConfigError } from "../errors/errors.js";
import { checkAddress } from "../input/media-address.js";
import {
  aPositiveNumber,
  aText,
  anything,
  checkOptions,
  type OptionRules,
} from "../options/check-options.js";
import type { Clock } from "../time/clock.js";
import { systemClock } from "../time/clock.js";
import { platform } from "#attach-platform";
import type { Upload, UploadFile } from "./attachable.js";
import { createBucket, type Signer } from "./s3-bucket.js";
import { putInParts } from "./s3-multipart.js";

/** Where files go and who may write there. */
export interface S3Options {
  /** Address of the storage, such as `"https://s3.eu-central-1.amazonaws.com"`. Files are named `endpoint/bucket/prefix…`. */
  readonly endpoint: string;
  readonly bucket: string;
  /** Default `"auto"` for R2 and the like, or the one that an endpoint of AWS names. */
  readonly region?: string | undefined;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** For credentials that end by themselves. */
  readonly sessionToken?: string | undefined;
  /** The time at which the credentials end; addresses signed with them end then, too. */
  readonly credentialsExpireAt?: Date | undefined;
  /** Folder inside the bucket, such as `"inputs"`. Default: none. */
  readonly prefix?: string | undefined;
  /** Milliseconds for which an address can be fetched, at most seven days. Default: 24 hours. */
  readonly expiresInMs?: number | undefined;
  /** Host under which the service reaches the storage, where it differs from `endpoint`: `"https://files.example.com"`. */
  readonly publicEndpoint?: string | undefined;
  /** Time; for tests. */
  readonly clock?: Clock | undefined;
}

/**
 * An upload to one storage, that also names its objects by places which do not expire, `s3://bucket/prefix/hash.png`: queues keep
 * those, and the address is signed when a job is sent.
 */
export interface S3Upload extends Upload {
  placeOf(file: Pick<UploadFile, "sha256" | "extension">): string;
  /** Signs the address of a place; `undefined` for a place in another storage, bucket or folder. */
  sign(place: string, validForMs: number): Promise<string | undefined>;
}

const optionRules: OptionRules<S3Options> = {
  endpoint: aText,
  bucket: aText,
  region: aText,
  accessKeyId: aText,
  secretAccessKey: aText,
  sessionToken: aText,
  credentialsExpireAt: anything,
  prefix: aText,
  expiresInMs: aPositiveNumber,
  publicEndpoint: aText,
  clock: anything,
};

const dayMs = 24 * 60 * 60_000;
const longestMs = 7 * dayMs;
/** Larger files are sent in parts. */
const mostBytesAtOnce = 100_000_000;

/**
 * Uploads to S3, R2, MinIO and the like, for `attach`. Objects are named by the SHA-256 of their bytes: equal files are uploaded once,
 * and repeating an upload does no harm. The address is signed for reading. Needs the optional package `aws4fetch`.
 *
 * @throws ConfigError when an option is missing, unknown or invalid, or the service could not reach the address.
 */
export function s3Upload(options: S3Options): S3Upload {
  checkOptions("s3Upload", options, optionRules);
  checkSettings(options);
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

function checkSettings(options: S3Options): void {
  for (const name of ["endpoint", "bucket", "accessKeyId", "secretAccessKey"] as const)
    if (!options[name]) throw new ConfigError(`s3Upload needs ${name}.`);
  for (const name of ["endpoint", "publicEndpoint"] as const) {
    const address = options[name];
    if (address !== undefined && !(URL.canParse(address) && /^https?:/.test(address)))
      throw new ConfigError(
        `${name} of s3Upload is no https URL. Give one such as "https://s3.eu-central-1.amazonaws.com".`,
      );
  }
  const reached = options.publicEndpoint ?? options.endpoint;
  const problem = checkAddress({}, reached);
  if (problem)
    throw new ConfigError(
      `The service could not fetch files from ${problem.given}: the address ${problem.reason}. Give the public address of the storage as publicEndpoint.`,
    );
  if ((options.expiresInMs ?? dayMs) > longestMs)
    throw new ConfigError(
      "expiresInMs of s3Upload is longer than seven days, the longest time that can be signed.",
    );
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

async function loadSigner(options: S3Options): Promise<Signer> {
  const { AwsClient } = await import("aws4fetch").catch((cause: unknown) => {
    const hint = "s3Upload needs the package aws4fetch; run: npm install aws4fetch";
    throw Object.assign(new ConfigError(hint), { cause });
  });
  const { accessKeyId, secretAccessKey, sessionToken, region } = options;
  return new AwsClient({
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    ...(region !== undefined && { region }),
    service: "s3",
  });
}
