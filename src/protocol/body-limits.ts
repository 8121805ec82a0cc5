import type { Call } from "./exchange.js";

/** The largest body of a request that the service takes, in MiB. */
export const largestRequestMib = 48;

/** The same in bytes. */
export const largestRequestBytes = largestRequestMib * 2 ** 20;

/** The longest response that is read, in bytes after decoding: 10 MiB of a result or a page of the catalogue, else 256 KiB. */
export function longestResponseBytes(call: Call): number {
  return call === "result" || call === "models" ? 10 * 2 ** 20 : 2 ** 18;
}
