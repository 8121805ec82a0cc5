import { sendPaid as sendPaidByFetch } from "../../submit/paid-transport.js";
import type { Transport } from "../../wire/transport.js";

const fetchAtLoad = globalThis.fetch;

/**
 * On Node a paid request opens a connection of its own: on a reused one it can be lost before the server saw it, and nobody could
 * tell. It goes through fetch where the caller gave a fetch, and where a test has replaced the global one since this module was
 * loaded. The rules are in docs/runtimes.md.
 */
export const sendPaid: Transport = async (request, outgoing) => {
  if (outgoing.settings.fetch || globalThis.fetch !== fetchAtLoad || isMocked())
    return sendPaidByFetch(request, outgoing);
  // Loaded only when a job is paid for: Node's https takes longer to load than the rest of this package.
  const { sendOnOwnConnection } = await import("./own-connection.js");
  return sendOnOwnConnection(request, outgoing);
};

/** Whether the global dispatcher of undici, in any of its versions, is a mock. */
function isMocked(): boolean {
  return Object.getOwnPropertySymbols(globalThis).some((symbol) => {
    if (!symbol.description?.startsWith("undici.globalDispatcher")) return false;
    const dispatcher = Object((globalThis as { [key: symbol]: unknown })[symbol]) as {
      disableNetConnect?: unknown;
    };
    return typeof dispatcher.disableNetConnect === "function";
  });
}
