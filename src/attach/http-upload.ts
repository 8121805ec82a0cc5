import { ConfigError } from "../errors/errors.js";
import { anything, aText, checkOptions, type OptionRules } from "../options/check-options.js";
import { systemClock } from "../time/clock.js";
import { platform } from "#attach-platform";
import type { Upload, UploadFile } from "./upload-types.js";
import type { StorageResponse } from "./attach-platform.js";
import { sendToStorage } from "./storage-request.js";
import { UploadError } from "./upload-error.js";
import { parseUrl } from "../input/parse-url.js";

/** A service of your own that gives addresses to upload to. */
export interface HttpUploadOptions {
  /** It gets a POST with `{ sha256, contentType, extension, bytes, validForMs }` and answers `{ uploadUrl, url, headers? }`. */
  readonly endpoint: string;
  /** Sent to your service, such as a header that says who asks; never to the storage. Default none. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** The answer of the service. */
interface UploadPlace {
  readonly uploadUrl: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const optionRules: OptionRules<HttpUploadOptions> = { endpoint: aText, headers: anything };

/**
 * Uploads by way of a service of your own that signs addresses: it says where the file is put (`uploadUrl`, by PUT with `headers`) and
 * from where it can be fetched (`url`). Where it leaves out `uploadUrl` the file is there already.
 *
 * @throws ConfigError when an option is missing, unknown or invalid.
 */
export function httpUpload(options: HttpUploadOptions): Upload {
  checkOptions("httpUpload", options, optionRules);
  if (!parseUrl(options.endpoint))
    throw new ConfigError("httpUpload needs endpoint, the URL of your service.");
  return async (file, { signal, validForMs, onProgress }) => {
    const body = new Blob([JSON.stringify({ ...describe(file), validForMs })]);
    const answer = await sendToStorage(platform, systemClock, async () => ({
      method: "POST",
      url: options.endpoint,
      headers: { "content-type": "application/json", accept: "application/json", ...options.headers },
      body,
      signal,
    }));
    const place = readPlace(requireStatus(answer, "upload service"));
    if (place.uploadUrl !== "")
      requireStatus(
        await sendToStorage(platform, systemClock, async () => ({
          method: "PUT",
          url: place.uploadUrl,
          headers: { "content-type": file.contentType, ...place.headers },
          body: file.blob,
          signal,
          onProgress,
        })),
        "storage",
      );
    return place.url;
  };
}

function describe({ sha256, contentType, extension, blob }: UploadFile) {
  return { sha256, contentType, extension, bytes: blob.size };
}

function requireStatus(answer: StorageResponse, who: string): StorageResponse {
  const { status } = answer;
  if (status >= 200 && status < 300) return answer;
  throw new UploadError(`The ${who} answered ${status}. No job was submitted.`, { status });
}

function readPlace({ text }: StorageResponse): UploadPlace {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = undefined;
  }
  const { uploadUrl = "", url, headers = {} } = Object(answer) as Partial<UploadPlace>;
  const isPlace =
    typeof url === "string" &&
    (uploadUrl === "" || parseUrl(uploadUrl) !== undefined) &&
    Object.values(headers).every((value) => typeof value === "string");
  if (!isPlace)
    throw new UploadError(
      "The upload service did not answer with { uploadUrl, url, headers? } as JSON. No job was submitted.",
    );
  return { uploadUrl, url, headers };
}
