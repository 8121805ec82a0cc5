import type { ReceivedMedia } from "../jobs/received-media.js";
import type { Json } from "../../input/model.js";
import { formatError } from "./wire-format.js";
import type { Refusal, WireFormat } from "./wire-format.js";

/** A response before it is written to a socket. */
export interface ServiceResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string | readonly string[] };
  /** The body, if it is a JSON object. */
  readonly json?: { readonly [key: string]: Json };
  /** The body, if it is anything else. */
  readonly bytes?: Uint8Array;
  /** The `Content-Length` of a response to HEAD, which has no body. */
  readonly length?: number;
  /** Of a submit: the media of the accepted job, for the log. */
  readonly media?: readonly ReceivedMedia[];
}

/** A request as the API reads it. */
export interface ServiceRequest {
  readonly method: string;
  readonly query: URLSearchParams;
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
  readonly body: Uint8Array;
}

/** A response with a JSON body. */
export function respondJson(json: { readonly [key: string]: Json }, status = 200): ServiceResponse {
  return { status, headers: { "content-type": "application/json" }, json };
}

/** A response that refuses the request, in the chosen wire format. */
export function respondError(
  refusal: Refusal,
  format: WireFormat,
  headers: { readonly [name: string]: string } = {},
): ServiceResponse {
  const { status, body } = formatError(refusal, format);
  return { status, headers: { "content-type": "application/json", ...headers }, json: body };
}

/** The bytes of a response's body. */
export function encodeBody(response: ServiceResponse): Uint8Array {
  return response.bytes ?? (response.json ? Buffer.from(JSON.stringify(response.json)) : new Uint8Array());
}
