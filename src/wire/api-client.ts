import createApi from "openapi-fetch";
import type { paths } from "../../generated/api.js";
import type { Settings } from "../options/client-options.js";
import { isBrowser } from "../options/platform.js";

/** The shared calls of the service, typed by its OpenAPI document. */
export type Api = ReturnType<typeof createApi<paths>>;

/** A request as openapi-fetch puts it together. */
export interface Draft extends RequestInit {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body?: string;
}

/** Takes the place of the platform's `Request`, which can be sent once only and refuses what it does not know. Called with `new`. */
function writeDraft(url: string, init: Omit<Draft, "url">): Draft {
  return { ...init, url };
}

/** Some workers refuse members of a request that they do not know. */
function isAccepted(wish: RequestInit): boolean {
  try {
    return new Request("https://localhost", wish).method === "GET";
  } catch {
    return false;
  }
}

/** What every request says of itself: no cache, no cookies, no redirects, as far as this platform takes the words. */
export function openApi({ baseUrl }: Settings): Api {
  const wishes = [{ cache: "no-store" }, { credentials: "omit" }] as const;
  return createApi<paths>({
    ...Object.assign({ redirect: "manual" as const }, ...wishes.filter(isAccepted)),
    baseUrl,
    Request: writeDraft as unknown as typeof Request,
    // A browser says so itself where it is told "no-store"; a header of ours would need the service's leave (CORS).
    headers: { accept: "application/json", ...(!isBrowser() && { "cache-control": "no-cache" }) },
  });
}
