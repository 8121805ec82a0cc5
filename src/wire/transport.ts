import type { Exchange } from "../protocol/exchange.js";
import type { Settings } from "../options/settings.js";

/** An exchange and all that a transport needs to carry it out. It travels on the Request that openapi-fetch makes. */
export interface Outgoing {
  readonly exchange: Exchange;
  readonly settings: Settings;
  /** The token of this request. */
  readonly token: string;
  /** Ends the request. */
  readonly signal: AbortSignal;
  /** The longest response that is read, in bytes after decoding. */
  readonly maxBytes: number;
  /** The JSON of the request's body. */
  readonly json: string | undefined;
  /** Awaited before the first byte of a paid request. */
  readonly onSend: (() => unknown) | undefined;
  readonly transport: Transport;
  /** Members of every request, as far as the platform takes them: no redirects, no cache, no cookies. */
  readonly init: RequestInit;
}

/**
 * Sends one request, once, and writes into its exchange how far it came. Gives the response, whose body it has read, and rejects
 * where that is not whole.
 */
export type Transport = (request: Request, outgoing: Outgoing) => Promise<Response>;

/** The parts of a request for a fetch of the caller's, or for one that must not be given a `Request`. */
export function describeRequest({ method, headers }: Request, { init, json, signal }: Outgoing): RequestInit {
  const body = json === undefined ? undefined : { body: json };
  return { ...init, method, headers: Object.fromEntries(headers), ...body, signal };
}

/** Sends by fetch: the caller's own, or the platform's. */
export async function sendByFetch(request: Request, outgoing: Outgoing): Promise<Response> {
  const { exchange, settings, signal } = outgoing;
  exchange.phase = "sending";
  const response = settings.fetch
    ? await settings.fetch(request.url, describeRequest(request, outgoing))
    : await globalThis.fetch(request, { signal });
  return readResponse(response, outgoing);
}

type Piece = Uint8Array<ArrayBuffer> | string;

/** The response's body piece by piece. Stand-ins for fetch often have no stream, or one of Node's, which may give text. */
function piecesOf({ body }: { readonly body: unknown }) {
  const stream = body as (Partial<ReadableStream<Piece>> & Partial<AsyncIterable<Piece>>) | null | undefined;
  const reader = stream?.getReader?.();
  if (reader) return { next: () => reader.read(), stop: () => reader.cancel() };
  const iterator = stream?.[Symbol.asyncIterator]?.();
  return iterator && { next: () => iterator.next(), stop: () => iterator.return?.() };
}

/** Reads a response into its exchange, within the bound. */
export async function readResponse(response: Response, { exchange, maxBytes }: Outgoing): Promise<Response> {
  exchange.phase = "reading";
  exchange.status = response.status;
  exchange.header = (name) => response.headers.get(name);
  let text = "";
  exchange.text = () => text;
  const pieces = piecesOf(response);
  if (!pieces) text = String(await response.text());
  const decoder = new TextDecoder();
  for (let size = 0; pieces;) {
    const { done, value } = await pieces.next();
    text += typeof value === "string" ? value : decoder.decode(value, { stream: !done });
    if (done) break;
    // Pieces without a byte count, too: where they never end, no timer would get its turn.
    size += value!.length || 1024;
    if (size > maxBytes) {
      exchange.tooLong = true;
      void pieces.stop()?.catch(() => {});
      throw new Error(`the response is longer than ${formatBytes(maxBytes)}`);
    }
  }
  exchange.phase = "answered";
  // openapi-fetch reads the text of a refusal by itself: it gets the text that was read within the bound.
  return response.ok && response instanceof Response ? response : standInFor(exchange);
}

/** A number of bytes for a message. */
export function formatBytes(bytes: number): string {
  return bytes < 2 ** 20 ? `${bytes / 2 ** 10} KiB` : `${bytes / 2 ** 20} MiB`;
}

/** The response for openapi-fetch, which takes a good one as it is. */
export function standInFor({ status, text }: Pick<Exchange, "status" | "text">): Response {
  try {
    return new Response(text(), { status });
  } catch {
    // Where the platform builds no such response, an error response stands for it: the exchange has all.
    return Response.error();
  }
}
