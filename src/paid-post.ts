import { sendByFetch } from "./flight.js";
import type { Transport } from "./flight.js";

/** Through fetch nobody can tell whether a request left: every failure counts as sent, unless the platform is offline. */
export const paidPost: Transport = async (departure, flight, signal) => {
  if (globalThis.navigator?.onLine === false) throw new Error("this machine is offline");
  return sendByFetch(departure, flight, signal);
};
