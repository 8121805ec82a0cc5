import type { IncomingHttpHeaders } from "node:http";
import type { ServiceResponse } from "../service/service-response.js";

/** Lets a page of another origin read a response. Requests from pages of other hosts were refused before. */
export function allowAnyOrigin(headers: IncomingHttpHeaders, response: ServiceResponse): ServiceResponse {
  if (headers.origin === undefined) return response;
  const allowed = { "access-control-allow-origin": "*", "access-control-expose-headers": "*" };
  return { ...response, headers: { ...allowed, ...response.headers } };
}

/** True for the request by which a browser asks for permission, as it does before each request with a token. */
export function isPreflight(method: string | undefined, headers: IncomingHttpHeaders): boolean {
  return method === "OPTIONS" && headers["access-control-request-method"] !== undefined;
}

/** Permits everything. The requested headers are named because `*` would exclude `Authorization`. */
export function respondPreflight(headers: IncomingHttpHeaders): ServiceResponse {
  return {
    status: 200,
    headers: {
      "access-control-allow-methods": "*",
      "access-control-allow-headers": headers["access-control-request-headers"] ?? "*",
    },
  };
}
