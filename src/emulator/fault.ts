import type { Json } from "../input/model.js";
import type { Route } from "./routes.js";

/**
 * Something that goes wrong on request. `route` and the counters say when; the other keys say what, and go together where that
 * makes sense: `{ route: "submit", delayMs: 50, cut: 10 }`. It is plain JSON.
 */
export interface Fault {
  /** Which call: one of the API, `"any"` of them, or `"connection"` for a new TCP connection (then only `reset` and `never` count). */
  readonly route: Route | "any" | "connection";
  /** Only the nth matching call, or only these, from 1. */
  readonly nth?: number | readonly number[];
  /** Leaves the first so many matching calls alone. Default 0. */
  readonly after?: number;
  /** How often it happens: a number or `"always"`. Default 1, with several `nth` as many as they are. */
  readonly times?: number | "always";
  /** Only calls for this model. */
  readonly model?: string;
  /** Only calls for this job. */
  readonly requestId?: string;

  /**
   * Whether the call has its effect all the same: whether a submit is accepted and charged, a cancel cancels. Default true, but false
   * with a `status` of 300 or more, with `redirect` and with `html`. Never with `reset: "head"` or `"before"`.
   */
  readonly processed?: boolean;
  /** Waits so long before answering. */
  readonly delayMs?: number;

  /** Answers with this status; from 300 on with an error body of its own. */
  readonly status?: number;
  /** Adds or replaces headers; null removes one. Names in lower case. */
  readonly headers?: { readonly [name: string]: string | readonly string[] | null };
  /** Sets `Retry-After`: seconds, an HTTP date or nonsense. */
  readonly retryAfter?: number | string;
  /** Answers with this: a string as it stands, any other value as JSON. */
  readonly body?: Json;
  /** Answers with a page of HTML, such as a proxy or a login page would. */
  readonly html?: boolean;
  /** Answers 302 (or `status`) to this address. */
  readonly redirect?: string;
  /** Sets fields of the JSON answer, such as `{ request_id: 7 }`. */
  readonly patch?: { readonly [name: string]: Json };
  /** Takes fields out of the JSON answer. */
  readonly omit?: readonly string[];
  /** Sets the answer's `status` word: one that nobody knows, or an earlier one. */
  readonly state?: string;
  /** Answers about another job: its id takes the place of this one's. */
  readonly otherJob?: boolean;
  /** For media: answers a ranged request with the whole file. */
  readonly ignoreRange?: boolean;

  /** Ends the connection after so many bytes of the body. */
  readonly cut?: number;
  /** Ends the connection after so many bytes of the whole reply, headers included. */
  readonly cutReply?: number;
  /** How a cut ends: `"fin"` (the default) or `"reset"`. */
  readonly cutWith?: "fin" | "reset";
  /** How the body is framed: by `"length"` (the default), `"chunked"` (cut: no last chunk) or `"close"` (cut: nobody can tell). */
  readonly framing?: "length" | "chunked" | "close";
  /** Makes `Content-Length` lie: so many bytes more than there are, or fewer where negative. */
  readonly lengthOff?: number;
  /**
   * Resets the connection: `"head"` once the headers came, `"before"` the call is processed, `"after"` it is processed, or in the
   * middle of the answer's `"body"`.
   */
  readonly reset?: "head" | "before" | "after" | "body";
  /** Sends the body in small pieces: `bytes` (default 1) every `everyMs`; with `head` the headers too. */
  readonly drip?: { readonly everyMs: number; readonly bytes?: number; readonly head?: boolean };
  /** Never answers. */
  readonly never?: boolean;
  /** Sends so many 102 answers before the real one. */
  readonly interim?: number;
  /** Adds so many bytes of headers. */
  readonly headerBytes?: number;
  /** Claims so many content codings. */
  readonly encodings?: number;
  /** Adds so many spaces to the body. */
  readonly padBytes?: number;
  /** Compresses the body with so many spaces behind it: a thousand bytes unpack to a million. */
  readonly gzipBytes?: number;
}
