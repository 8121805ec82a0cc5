import { readBody } from "../protocol/answer.js";
import type { Answer } from "../protocol/answer.js";
import { readRetryAfter } from "../time/rate-limiter.js";
import type { SubmitPhase } from "../errors/errors.js";
import type { Settings } from "../options/client-options.js";

/** One request, ready to be sent. */
export interface Departure {
  readonly url: string;
  readonly init: Omit<RequestInit, "headers"> & {
    readonly method: string;
    readonly headers: { readonly [name: string]: string };
    readonly body?: string;
  };
  readonly settings: Settings;
}

/** What is known of a request at any moment, also when it was cut off. */
export interface Flight {
  /** Verb and URL. */
  call: string;
  phase: SubmitPhase;
  status: number;
  /** The answer's headers. */
  header: (name: string) => string | null;
  /** The answer's body as far as it came. */
  text: () => string;
  /** Why the answer is not whole. */
  failure?: unknown;
}

/** Sends one request, once, and writes down in `flight` how far it came. Rejects when the answer is not whole. */
export type Transport = (departure: Departure, flight: Flight, signal: AbortSignal) => Promise<void>;

/** The longest answer that is read, in bytes after decoding: 10 MiB. */
export const mostBytes = 10 * 2 ** 20;

type Piece = Uint8Array<ArrayBuffer> | string;

/** The answer's body piece by piece. Stand-ins for fetch often have no stream, or one of Node's, which may give text. */
function piecesOf({ body }: { readonly body: unknown }) {
  const stream = body as (Partial<ReadableStream<Piece>> & Partial<AsyncIterable<Piece>>) | null | undefined;
  const reader = stream?.getReader?.();
  if (reader) return { next: () => reader.read(), leave: () => reader.cancel() };
  const iterator = stream?.[Symbol.asyncIterator]?.();
  return iterator && { next: () => iterator.next(), leave: () => iterator.return?.() };
}

/** Sends by fetch: the caller's own, or the platform's. */
export const sendByFetch: Transport = async ({ url, init, settings }, flight, signal) => {
  flight.phase = "sending";
  const response = await (settings.fetch ?? globalThis.fetch)(url, { ...init, signal });
  flight.phase = "reading";
  flight.status = response.status;
  flight.header = (name) => response.headers.get(name);
  let text = "";
  flight.text = () => text;
  const pieces = piecesOf(response);
  const decoder = new TextDecoder();
  if (!pieces) text = String(await response.text());
  for (let size = 0; pieces;) {
    const { done, value } = await pieces.next();
    text += typeof value === "string" ? value : decoder.decode(value, { stream: !done });
    if (done) break;
    // Pieces without a byte count as well: where they never end, no timer would get its turn.
    size += value!.length || 1024;
    if (size > mostBytes) {
      void pieces.leave()?.catch(() => {});
      throw new Error("the answer is longer than 10 MiB");
    }
  }
  flight.phase = "answered";
};

/** Brings what became of a request into the form that the rest reads. */
export function readAnswer(flight: Flight, scrub: (text: string) => string, today: number): Answer {
  const { call, phase, status, failure } = flight;
  const text = scrub(flight.text());
  function header(name: string) {
    try {
      return String(flight.header(name) ?? "");
    } catch {
      // Stand-ins for fetch may have no headers, and the request is sent and paid for already.
      return "";
    }
  }
  const date = header("date") || null;
  return {
    call,
    phase,
    failure,
    status,
    text,
    body: readBody(text),
    html: /html/i.test(header("content-type")) || /^\s*</.test(text),
    retryAfterMs: readRetryAfter(header("retry-after"), date, today),
    date,
  };
}
