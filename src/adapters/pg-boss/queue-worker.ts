import { explain } from "../../protocol/platform-error.js";
import { systemClock } from "../../time/clock.js";
import { onAbort, pause } from "../../time/scope.js";
import { followAccepted } from "./accepted-waits.js";
import { openBatchQueue } from "./batch-queue.js";
import { submitQueued } from "./queued-submits.js";
import { createWaits } from "./waits.js";
import type { StopReason, WorkerContext, WorkerOptions } from "./worker-context.js";

/** Answers that are on the wire when the worker is ended are awaited for this long: the worker must be gone within 8 s. */
const farewellMs = 6000;

/**
 * Submits queued rows, waits for accepted jobs and saves their files, until the signal aborts, or until submitting has stopped for
 * good and nothing is left to wait for. Resolves with the reason why it stopped submitting, or undefined after an abort.
 *
 * Rejects with a ConfigError where the tables or the queue cannot be used, and with the errors of the database at the start; later
 * ones are logged and waited out.
 */
export async function runWorker(options: WorkerOptions): Promise<StopReason | undefined> {
  const { client, pool, log, signal, clock = systemClock, leaseMs = 30_000 } = options;
  const opened = await openBatchQueue({ ...options, origin: client.origin, expireInMs: leaseMs });
  const { store, queue } = opened;
  const waits = createWaits(pool, store.tables, client.origin, `worker-${crypto.randomUUID()}`);
  const farewell = new AbortController();
  const ended = new AbortController();
  const gate = { reason: undefined, closedUntil: -Infinity, failures: 0 };
  const context: WorkerContext = { ...options, clock, store, queue, waits, gate, farewell: farewell.signal };
  const unsubscribe = onAbort(signal, (reason) => {
    pause(clock, farewellMs, ended.signal).then(
      () => farewell.abort(reason),
      () => {},
    );
  });
  try {
    await waits.renew(leaseMs);
    const lease = keepLease(context, leaseMs, ended.signal);
    await Promise.all([submitQueued(context), followAccepted(context)]);
    ended.abort();
    await lease;
    return context.gate.reason;
  } finally {
    unsubscribe();
    ended.abort();
    farewell.abort();
    await waits.close().catch((error: unknown) => {
      log("warn", `Other workers take over when the lease has run out: ${explain(error, String)}`);
    });
    await opened.close();
  }
}

async function keepLease(
  { waits, clock, log }: WorkerContext,
  leaseMs: number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await pause(clock, leaseMs / 3, signal).catch(() => {});
    if (signal.aborted) return;
    await waits.renew(leaseMs).catch((error: unknown) => {
      log("warn", `The lease of this worker could not be renewed: ${explain(error, String)}`);
    });
  }
}
