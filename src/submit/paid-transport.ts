import { sendByFetch } from "../wire/transport.js";
import type { Outgoing } from "../wire/transport.js";

/**
 * Sends a paid request by fetch. Nobody can tell then whether a request left: every failure counts as sent, unless the platform
 * is offline or `onSend` throws. On Node another file stands in place of this one, as the `imports` of package.json say:
 * `src/node/net/node-paid-transport.ts`.
 */
export async function sendPaid(request: Request, outgoing: Outgoing): Promise<Response> {
  if (globalThis.navigator?.onLine === false) throw new Error("this machine is offline");
  if (outgoing.onSend) await outgoing.onSend();
  outgoing.signal.throwIfAborted();
  return sendByFetch(request, outgoing);
}
