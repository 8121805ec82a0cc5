import { ConfigError } from "../errors/errors.js";
import { checkAddress } from "../input/media-address.js";
import { aPositiveNumber, aText, anything, type OptionRules, aClock } from "../options/check-options.js";
import type { Clock } from "../time/clock.js";
import type { Signer } from "./s3-bucket.js";
import { parseUrl } from "../input/parse-url.js";

/** Where files go and who may write there. */
export interface S3Options {
  /** Address of the storage, such as `"https://s3.eu-central-1.amazonaws.com"`. Files are named `endpoint/bucket/prefix…`. */
  readonly endpoint: string;
  /** The name of the bucket. */
  readonly bucket: string;
  /** Default `"auto"` for R2 and the like, or the one that an endpoint of AWS names. */
  readonly region?: string | undefined;
  /** The id of an access key that may read and write in the bucket. */
  readonly accessKeyId: string;
  /** The secret of that key. No message shows it. */
  readonly secretAccessKey: string;
  /** The session token of temporary credentials. Default none. */
  readonly sessionToken?: string | undefined;
  /** The time at which the credentials end; addresses signed with them end then, too. Default: they do not end. */
  readonly credentialsExpireAt?: Date | undefined;
  /** Folder inside the bucket, such as `"inputs"`. Default: none. */
  readonly prefix?: string | undefined;
  /** Milliseconds for which an address can be fetched, at most seven days. Default: 24 hours. */
  readonly expiresInMs?: number | undefined;
  /**
   * Host under which the service reaches the storage, where it differs from `endpoint`: `"https://files.example.com"`. Default:
   * `endpoint`.
   */
  readonly publicEndpoint?: string | undefined;
  /** Default: the platform's. */
  readonly clock?: Clock | undefined;
}

export const s3Rules: OptionRules<S3Options> = {
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
  clock: aClock,
};

/** Default of `expiresInMs`. */
export const dayMs = 24 * 60 * 60_000;
const longestMs = 7 * dayMs;

/** Throws a ConfigError where options of `call` are missing or cannot be used. */
export function checkSettings(call: string, options: S3Options): void {
  for (const name of ["endpoint", "bucket", "accessKeyId", "secretAccessKey"] as const)
    if (!options[name]) throw new ConfigError(`${call} needs ${name}.`);
  for (const name of ["endpoint", "publicEndpoint"] as const) {
    const address = options[name];
    if (address !== undefined && !(parseUrl(address) && /^https?:/.test(address)))
      throw new ConfigError(
        `${name} of ${call} is no https URL. Give one such as "https://s3.eu-central-1.amazonaws.com".`,
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
      `expiresInMs of ${call} is longer than seven days, the longest time that can be signed.`,
    );
}

/** Loads the package that signs requests. Throws a ConfigError where it is not installed. */
export async function loadSigner(options: S3Options): Promise<Signer> {
  const { AwsClient } = await import("aws4fetch").catch((cause: unknown) => {
    const hint = "Uploads to S3 need the package aws4fetch; run: npm install aws4fetch";
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
