import { s3Upload } from "../../attach/s3-upload.js";
import type { S3Upload } from "../../attach/s3-upload.js";
import { ConfigError } from "../../errors/errors.js";

/**
 * The upload to a place such as `s3://bucket/prefix`, for `attach`, with keys and endpoint from the variables that tools for S3 read:
 * `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, and `AWS_ENDPOINT_URL_S3` for another storage than AWS.
 *
 * @throws ConfigError for another place, and when a variable is missing.
 */
export function uploadTo(
  place: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): S3Upload {
  const found = /^s3:\/\/([^/?#]+)(?:\/([^?#]*))?$/.exec(place);
  if (!found)
    throw new ConfigError(
      `An upload takes s3://bucket or s3://bucket/prefix. Given: ${JSON.stringify(place)}.`,
    );
  const [, bucket = "", prefix = ""] = found;
  const read = (name: string) => env[name] || undefined;
  const region = read("AWS_REGION") ?? read("AWS_DEFAULT_REGION");
  const endpoint =
    read("AWS_ENDPOINT_URL_S3") ??
    read("AWS_ENDPOINT_URL") ??
    (region === undefined ? undefined : `https://s3.${region}.amazonaws.com`);
  const accessKeyId = read("AWS_ACCESS_KEY_ID");
  const secretAccessKey = read("AWS_SECRET_ACCESS_KEY");
  const missing = [
    ...(accessKeyId === undefined ? ["AWS_ACCESS_KEY_ID"] : []),
    ...(secretAccessKey === undefined ? ["AWS_SECRET_ACCESS_KEY"] : []),
    ...(endpoint === undefined ? ["AWS_REGION (or AWS_ENDPOINT_URL_S3 for another storage than AWS)"] : []),
  ];
  if (accessKeyId === undefined || secretAccessKey === undefined || endpoint === undefined)
    throw new ConfigError(`The upload needs ${missing.join(" and ")} in the environment. Nothing was sent.`);
  return s3Upload({
    endpoint,
    bucket,
    region,
    accessKeyId,
    secretAccessKey,
    sessionToken: read("AWS_SESSION_TOKEN"),
    credentialsExpireAt: readTime(read("AWS_CREDENTIAL_EXPIRATION")),
    prefix,
    publicEndpoint: read("RUNCOMFY_S3_PUBLIC_ENDPOINT"),
  });
}

/** The end of temporary credentials, which the tools that lend them write into this variable. */
function readTime(text: string | undefined): Date | undefined {
  const time = new Date(text ?? "");
  return Number.isNaN(time.getTime()) ? undefined : time;
}
