import type { OnceContext } from "./once-context.js";

/**
 * Renews a lease each time that a third of it is over, until the signal aborts or `renew` says that the lease is another client's.
 * A store that fails is asked again; the lease may run out meanwhile. A record whose lease has run out is `unknown`: see `seenAt` in
 * `record/transitions.ts`.
 */
export async function keepLease(
  { clock, leaseMs }: Pick<OnceContext, "clock" | "leaseMs">,
  signal: AbortSignal,
  renew: () => Promise<boolean>,
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(leaseMs / 3, signal).catch(() => {});
    if (signal.aborted || !(await renew().catch(() => true))) return;
  }
}
