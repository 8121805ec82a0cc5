import { sendByFetch } from "../wire/exchange.js";
import type { Departure, Transport } from "../wire/exchange.js";

/** Through fetch nobody can tell whether a request left: every failure counts as sent, unless the platform is offline. */
export const paidPost: Transport = async (departure, flight, signal) => {
  if (globalThis.navigator?.onLine === false) throw new Error("this machine is offline");
  return sendByFetch({ ...departure, init: onlyOnce(departure.init) }, flight, signal);
};

/** Where a connection breaks, Deno repeats what it can copy, which a Blob is not, and older Buns what went over a reused one. */
function onlyOnce(init: Departure["init"]): Departure["init"] {
  if ("Deno" in globalThis) return { ...init, body: new Blob([init.body!]) as never };
  return "Bun" in globalThis ? { ...init, keepalive: false } : init;
}
