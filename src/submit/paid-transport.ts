import { describeRequest, readResponse } from "../wire/transport.js";
import type { Outgoing, Transport } from "../wire/transport.js";

/**
 * Sends a paid request by fetch. Nobody can tell then whether a request left: every failure counts as sent, unless the platform
 * is offline or `onSend` throws.
 */
export const sendPaid: Transport = async (request, outgoing) => {
  if (globalThis.navigator?.onLine === false) throw new Error("this machine is offline");
  if (outgoing.onSend) await outgoing.onSend();
  outgoing.signal.throwIfAborted();
  outgoing.exchange.phase = "sending";
  const fetch = outgoing.settings.fetch ?? globalThis.fetch;
  const response = await fetch(request.url, preventRepetition(describeRequest(request, outgoing), outgoing));
  return readResponse(response, outgoing);
};

/** Where a connection breaks, Deno repeats bodies that it can copy, which a Blob is not, and older Buns requests on a reused connection. */
function preventRepetition(init: RequestInit, { json = "" }: Outgoing): RequestInit {
  if ("Deno" in globalThis) return { ...init, body: new Blob([json]) };
  return "Bun" in globalThis ? { ...init, keepalive: false } : init;
}
