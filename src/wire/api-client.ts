import createApi from "openapi-fetch";
import type { paths } from "../../generated/api.js";
import { isBrowser } from "../options/platform.js";
import type { Outgoing } from "./transport.js";

/** The calls of the service, typed by its OpenAPI document. */
export type Api = ReturnType<typeof createApi<paths>>;

/** openapi-fetch copies members of a call's options that a Request does not have on to the Request. */
type Carrier = Request & { readonly outgoing: Outgoing };

/** Makes the one client of openapi-fetch: the token by middleware, our transports as its fetch. */
export function createApiClient(baseUrl: string, init: RequestInit): Api {
  const api = createApi<paths>({
    ...init,
    baseUrl,
    // A browser adds the same by itself for "no-store"; a header of ours would need the service's permission (CORS).
    headers: { accept: "application/json", ...(!isBrowser() && { "cache-control": "no-cache" }) },
    // The body is JSON already: later changes of the caller's input are not sent.
    bodySerializer: String,
    fetch: async (request) => {
      const { outgoing } = request as Carrier;
      const response = await outgoing.transport(request, outgoing);
      // A good response is handed through. openapi-fetch reads a refusal by itself: it gets one whose text is in the exchange.
      return response instanceof Response && response.ok ? response : new Response();
    },
  });
  api.use({
    onRequest: ({ request }) => {
      const { outgoing } = request as Carrier;
      outgoing.exchange.request = `${request.method} ${request.url}`;
      request.headers.set("authorization", `Bearer ${outgoing.token}`);
    },
  });
  return api;
}

/** Members of every request, as far as this platform takes them: some workers refuse members that they do not know. */
export function acceptedInit(): RequestInit {
  const init: RequestInit = { redirect: "manual" };
  for (const member of [{ cache: "no-store" }, { credentials: "omit" }] as const)
    try {
      if (new Request("https://localhost", member).url) Object.assign(init, member);
    } catch {}
  return init;
}
