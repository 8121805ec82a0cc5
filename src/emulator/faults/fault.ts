import type { Json } from "../../input/model.js";
import type { Route } from "../service/routes.js";

/**
 * A failure of the service that a test asks for, as plain JSON. `route` and the counters say when it happens, the other keys say
 * what happens; they can be combined: `{ route: "submit", delayMs: 50, cut: 10 }`.
 */
export interface Fault {
  /** The call of the API, `"any"` call, or `"connection"` for a new TCP connection (then only `reset` and `never` count). */
  readonly route: Route | "any" | "connection";
  /** Only the nth matching call, or only these, from 1. */
  readonly nth?: number | readonly number[];
  /** Skips this many matching calls first. Default 0. */
  readonly after?: number;
  /** The number of times that it happens, or `"always"`. Default 1; with a list in `nth`, its length. */
  readonly times?: number | "always";
  /** Only calls for this model. */
  readonly model?: string;
  /** Only calls for this job. */
  readonly requestId?: string;

  /**
   * True if the call has its effect all the same: a submit is accepted and charged, a cancel cancels. Default true, but false
   * with a `status` of 300 or more, with `redirect` and with `html`. Never with `reset: "head"` or `"before"`.
   */
  readonly processed?: boolean;
  /** Waits this long before the response. */
  readonly delayMs?: number;

  /** Answers with this status; from 300 on with an error body of its own. */
  readonly status?: number;
  /** Adds or replaces headers; null removes one. Names in lower case. */
  readonly headers?: { readonly [name: string]: string | readonly string[] | null };
  /** Sets `Retry-After`: seconds, an HTTP date or an invalid text. */
  readonly retryAfter?: number | string;
  /** Answers with this: a string as it stands, any other value as JSON. */
  readonly body?: Json;
  /** Answers with a page of HTML, such as a proxy or a login page would. */
  readonly html?: boolean;
  /** Answers 302 (or `status`) to this address. */
  readonly redirect?: string;
  /** Sets fields of the JSON response, such as `{ request_id: 7 }`. */
  readonly patch?: { readonly [name: string]: Json };
  /** Takes fields out of the JSON response. */
  readonly omit?: readonly string[];
  /** Sets the response's `status` word, such as an undocumented one or that of an earlier state. */
  readonly state?: string;
  /** Answers about another job: the response has that job's id. */
  readonly otherJob?: boolean;
  /** For media: answers a ranged request with the whole file. */
  readonly ignoreRange?: boolean;

  /** Ends the connection after this many bytes of the body. */
  readonly cut?: number;
  /** Ends the connection after this many bytes of the whole reply, headers included. */
  readonly cutReply?: number;
  /** The end of a cut connection: `"fin"` (the default) or `"reset"`. */
  readonly cutWith?: "fin" | "reset";
  /** The framing of the body: `"length"` (the default), `"chunked"` (a cut body has no last chunk) or `"close"` (a cut cannot be noticed). */
  readonly framing?: "length" | "chunked" | "close";
  /** Makes `Content-Length` wrong: this many bytes more than the body has, or fewer if negative. */
  readonly lengthOff?: number;
  /**
   * Resets the connection: `"head"` once the request's headers have arrived, `"before"` the call is processed, `"after"` it is
   * processed, or in the middle of the response's `"body"`.
   */
  readonly reset?: "head" | "before" | "after" | "body";
  /** Sends the body in small pieces: `bytes` (default 1) every `everyMs`; with `head` the headers too. */
  readonly drip?: { readonly everyMs: number; readonly bytes?: number; readonly head?: boolean };
  /** Never answers. */
  readonly never?: boolean;
  /** Sends this many 102 responses before the real one. */
  readonly interim?: number;
  /** Adds this many bytes of headers. */
  readonly headerBytes?: number;
  /** Claims this many content codings. */
  readonly encodings?: number;
  /** Adds this many spaces to the body. */
  readonly padBytes?: number;
  /** Compresses the body with this many spaces behind it: a thousand bytes unpack to a million. */
  readonly gzipBytes?: number;
}
