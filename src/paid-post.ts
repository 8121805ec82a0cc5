import type { SubmitPhase } from "./errors.js";
import { readText } from "./text.js";
import type { Clock } from "./time.js";

/** One paid request. */
export interface PaidRequest {
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
  readonly connectTimeoutMs: number;
  readonly clock: Clock;
  /** The caller's own fetch, where there is one. */
  readonly fetch: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
  readonly init: RequestInit;
}

/** What is known of a paid request at any moment, also when it was cut off. */
export interface Flight {
  phase: SubmitPhase;
  status: number;
  /** The answer's headers. */
  header: (name: string) => string | null;
  /** The answer's body as far as it came. */
  text: () => string;
}

/** Sends one paid request, once, and writes down in `flight` how far it came. Rejects when the answer is not whole. */
export type PaidPost = (request: PaidRequest, flight: Flight, signal: AbortSignal) => Promise<void>;

/** Through fetch nobody can tell whether a request left: every failure counts as sent, unless the platform is offline. */
export const paidPost: PaidPost = async ({ url, headers, body, fetch, init }, flight, signal) => {
  if (globalThis.navigator?.onLine === false) throw new Error("this machine is offline");
  flight.phase = "sending";
  const response = await (fetch ?? globalThis.fetch)(url, { ...init, method: "POST", headers, body, signal });
  flight.phase = "reading";
  flight.status = response.status;
  flight.header = (name) => response.headers.get(name);
  let text = "";
  flight.text = () => text;
  await readText(response, (piece) => (text += piece));
  flight.phase = "answered";
};
