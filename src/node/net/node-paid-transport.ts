import { sendPaid as sendPaidByFetch } from "../../submit/paid-transport.js";
import type { Outgoing } from "../../wire/transport.js";

const fetchAtLoad = globalThis.fetch;

/**
 * On Node a paid request opens a connection of its own: on a reused one it can be lost before the server saw it, and nobody could
 * tell. It goes through fetch where the caller gave a fetch, and where a test has replaced the global one since this module was
 * loaded. The rules are in docs/runtimes.md.
 */
export async function sendPaid(request: Request, outgoing: Outgoing): Promise<Response | undefined> {
  if (outgoing.settings.fetch || globalThis.fetch !== fetchAtLoad || isMocked())
    return sendPaidByFetch(request, outgoing);
  // Loaded only when a job is paid for: Node's https takes longer to load than the rest of this package.
  const { sendOnOwnConnection } = await import("./own-connection.js");
  await sendOnOwnConnection(request, outgoing);
  return undefined;
}

/** Tells whether the global dispatcher of undici, in any of its versions, is a mock. */
function isMocked(): boolean {
  const globals = globalThis as { readonly [key: symbol]: unknown };
  return Object.getOwnPropertySymbols(globals).some((symbol) => {
    if (!symbol.description?.startsWith("undici.globalDispatcher")) return false;
    const { disableNetConnect } = Object(globals[symbol]) as { disableNetConnect?: unknown };
    return typeof disableNetConnect === "function";
  });
}
