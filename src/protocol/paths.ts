import { ConfigError, InputError } from "../errors/errors.js";
import { parseUrl } from "../input/parse-url.js";
import { shorten } from "./text.js";

/** The address of the service, unless a client is given another one. */
export const serviceOrigin = "https://model-api.runcomfy.net";

/** The base URL without a slash or `/v1` at its end: paths begin with `/v1`. Only https, but for localhost. */
export function checkBaseUrl(text: string, option = "baseUrl"): string {
  const url = /^https?:\/\/[!-~]+$/.test(text) ? parseUrl(text) : undefined;
  const isPlain = url && !url.hostname.endsWith(".") && url.href === url.origin + url.pathname;
  if (isPlain && (isLocalHost(url.hostname) || url.protocol === "https:"))
    return url.href.replace(/\/+$|\/+v1\/*$/, "");
  const problem = isPlain
    ? "is not https"
    : "is not an http address in ASCII without user name, query, fragment, or a dot after the host";
  throw new ConfigError(`${option} ${problem}. Give one such as "${serviceOrigin}".`);
}

/** Tells whether a host is this machine, such as that of an emulator. */
export function isLocalHost(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

function isSegment(segment: string): boolean {
  return segment.length <= 200 && /^[!-~]+( +[!-~]+)*$/.test(segment) && !/[\\?#%]|^\.+$/.test(segment);
}

/**
 * The path of a model's call. Whatever a URL parser would read as another endpoint is refused: dots as a segment, empty
 * segments, `\`, `?`, `#`, `%`, control characters.
 */
export function modelPath(modelId: string): `/v1/models/${string}/${string}` {
  const segments = typeof modelId === "string" ? modelId.split("/") : [];
  if (segments.length > 1 && segments.length < 9 && segments.every(isSegment)) {
    const [first, ...others] = segments.map(encodeURIComponent);
    return `/v1/models/${first!}/${others.join("/")}`;
  }
  const given = typeof modelId === "string" ? modelId.slice(0, 100) : typeof modelId;
  const message = `${JSON.stringify(given)} is not a model id. Give one such as "kling/kling-3.0/4k/text-to-video", or the "model" of a module.`;
  throw new InputError(message, {
    modelId: given,
    issues: [{ code: "model_id", path: "", message }],
  });
}

/** Tells whether a value has the form of a request id, so that it may become part of an address. */
export function isRequestId(value: unknown): value is string {
  return typeof value === "string" && /^[A-Za-z0-9_-]{1,128}$/.test(value);
}

/** The path of one call about a job. */
export function requestPath<Name extends "status" | "result" | "cancel">(
  id: string,
  call: Name,
): `/v1/requests/${string}/${Name}` {
  if (!isRequestId(id)) {
    const given = typeof id === "string" ? shorten(id, 40) : typeof id;
    throw new ConfigError(`${JSON.stringify(given)} is not a request id.`);
  }
  return `/v1/requests/${id}/${call}`;
}
