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
  readonly json?: string;
  /** Awaited before the first byte of a paid request. */
  readonly onSend?: (() => unknown) | undefined;
  readonly transport: Transport;
  /** Members of every request, as far as the platform takes them: no redirects, no cache, no cookies (`acceptedInit`). */
  readonly init: RequestInit;
}

/**
 * Sends one request, once, and writes into its exchange how far it came and the whole response. Gives the platform's response
 * where it has one. Rejects where the response is not whole.
 */
export type Transport = (request: Request, outgoing: Outgoing) => Promise<Response | undefined>;

/** Sends by fetch: the caller's own, or the platform's. */
export async function sendByFetch(request: Request, outgoing: Outgoing): Promise<Response> {
  const { exchange, settings, init, json, signal } = outgoing;
  const { url, method } = request;
  const headers = Object.fromEntries(request.headers);
  const body = json === undefined ? undefined : withBody(json);
  const fetch = settings.fetch ?? globalThis.fetch;
  exchange.phase = "sending";
  // In parts: stand-ins for fetch expect an address, and some platforms repeat a request that they are given whole.
  const response = await fetch(url, { ...init, method, headers, ...body, signal });
  await readResponse(response, outgoing);
  return response;
}

/** Deno repeats bodies that it can copy when a connection breaks, which a Blob is not; older Buns do on a reused connection. */
function withBody(json: string): RequestInit {
  if ("Deno" in globalThis) return { body: new Blob([json]) };
  return "Bun" in globalThis ? { body: json, keepalive: false } : { body: json };
}

/** Reads a body piece by piece: a reader of the web's streams, or an iterator of Node's. */
interface Reader extends Partial<Pick<ReadableStreamDefaultReader<Piece>, "read" | "cancel">> {
  readonly next?: () => Promise<ReadableStreamReadResult<Piece>>;
  readonly return?: () => Promise<unknown>;
}

type Piece = Uint8Array<ArrayBuffer> | string;

/** Reads a response into its exchange, within the bound. Stand-ins for fetch often have no stream, or one that gives text. */
async function readResponse(response: Response, outgoing: Outgoing): Promise<void> {
  const { exchange, maxBytes } = outgoing;
  exchange.phase = "reading";
  exchange.status = response.status;
  exchange.header = (name) => response.headers.get(name);
  let text = "";
  exchange.text = () => text;
  const body = response.body as
    | { getReader?(): Reader; [Symbol.asyncIterator]?(): Reader }
    | null
    | undefined;
  const reader = body?.getReader?.() ?? body?.[Symbol.asyncIterator]?.();
  if (!reader) text = String(await response.text());
  const decoder = new TextDecoder();
  for (let size = 0; reader;) {
    const { done, value } = await (reader.read ?? reader.next)!.call(reader);
    text += typeof value === "string" ? value : decoder.decode(value, { stream: !done });
    if (done) break;
    // Empty pieces count, too: a stream that gives them without end would let no timer run.
    size += value.length || 1024;
    if (size > maxBytes) {
      void (reader.cancel ?? reader.return)?.call(reader).catch(() => {});
      throw tooLong(outgoing);
    }
  }
  exchange.phase = "answered";
}

/** Ends an exchange whose response is longer than the call allows. */
export function tooLong({ exchange, maxBytes }: Outgoing): Error {
  exchange.tooLong = true;
  return new Error(`the response is longer than ${maxBytes < 2 ** 20 ? "256 KiB" : "10 MiB"}`);
}
