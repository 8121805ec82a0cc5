import type { Client } from "../../client.js";
import { systemClock } from "../../time/clock.js";
import { scope } from "../../time/scope.js";

/** US dollars of the account, which a record keeps as a hint; undefined where the service does not tell them in time. */
export function readBalanceHint(
  client: Client,
  { signal, ms }: { readonly signal: AbortSignal; readonly ms: number },
): Promise<number | undefined> {
  return scope({ clock: systemClock, ms, signals: [signal] }, (inner) =>
    client.balance({ signal: inner }),
  ).then(
    ({ usd }) => usd,
    () => undefined,
  );
}
