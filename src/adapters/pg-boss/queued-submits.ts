import { asSentence } from "../../errors/issue.js";
import { isRunComfyError } from "../../index.js";
import type { Once } from "../../once/once-types.js";
import type { JobRecord } from "../../once/record/record.js";
import { explain } from "../../protocol/platform-error.js";
import { pause } from "../../time/scope.js";
import { createBatchOnce } from "./batch-store.js";
import type { TakenKey } from "./submit-queue.js";
import { pauses } from "./worker-context.js";
import type { WorkerContext } from "./worker-context.js";

/** A worker submits nothing more after this many refusals in a row. */
const mostFailures = 20;
/** Attempts that a row gets before it counts as rejected. */
const mostAttempts = 20;
/** The longest wait inside one submit; the queue keeps the row meanwhile. */
const submitMs = 120_000;

/** Takes rows out of the queue and submits each once, until the worker is ended or stops submitting for good. */
export async function submitQueued(context: WorkerContext): Promise<void> {
  const { clock, signal, gate, log, queue, submits = 4 } = context;
  const onceOf = keepOnces(context);
  const inHand = new Set<Promise<void>>();
  while (!signal.aborted && gate.reason === undefined) {
    try {
      const waitMs = gate.closedUntil - clock.now();
      if (waitMs > 0) await pause(clock, waitMs, signal);
      if (inHand.size >= submits) await Promise.race(inHand);
      const taken = await queue.take(submits - inHand.size);
      for (const row of taken) {
        const work = submitRow(context, row, onceOf).finally(() => inHand.delete(work));
        inHand.add(work);
      }
      if (taken.length === 0) await pause(clock, pauses.whenIdle, signal);
    } catch (error) {
      if (signal.aborted) break;
      log("warn", `The queue could not be read: ${explain(error, String)}`);
      await pause(clock, pauses.afterFailure, signal).catch(() => {});
    }
  }
  await Promise.all(inHand);
}

/** Gives the `Once` of a batch under its limits as they are now: a cap counts from the moment at which it is changed. */
type OnceOfBatch = (space: string) => Promise<Once>;

function keepOnces({ client, store }: WorkerContext): OnceOfBatch {
  const known = new Map<string, { readonly limits: string; readonly once: Once }>();
  return async (space) => {
    const read = await store.batches.read(space);
    const limits = JSON.stringify(read);
    let found = known.get(space);
    if (found?.limits !== limits) {
      found = { limits, once: createBatchOnce(client, store, space, read) };
      known.set(space, found);
    }
    return found.once;
  };
}

/** Submits one row. Never rejects: a row that is not finished is given out again by the queue. */
async function submitRow(context: WorkerContext, row: TakenKey, onceOf: OnceOfBatch): Promise<void> {
  const { log, gate, queue } = context;
  try {
    const once = await onceOf(row.space);
    const record = await once.status(row.key);
    if (record?.state === "sending") return await queue.putBack(row, 5);
    if (record && (record.state === "new" || record.state === "held")) {
      const retryInMs = await sendRow(context, once, record);
      if (retryInMs !== undefined) return await queue.putBack(row, retryInMs / 1000);
    }
    await queue.finish(row);
  } catch (error) {
    gate.closedUntil = context.clock.now() + pauses.afterFailure;
    log("warn", `${row.key}: ${asSentence(explain(error, String))} The queue gives the row out again.`);
  }
}

/** Sends a row. Gives the pause before the next attempt where it may be sent again. */
async function sendRow(context: WorkerContext, once: Once, record: JobRecord): Promise<number | undefined> {
  const { gate, signal, farewell, onRecord, loadModel } = context;
  const { key, model } = record;
  try {
    const input = await once.input(key);
    const loaded = await loadModel(model);
    const sent = await once.submit(key, loaded, input as never, {
      attach: context.attach?.(loaded),
      timeoutMs: submitMs,
      signal: farewell,
      // Called before the first byte: an abort here leaves the record free, and another worker may send it.
      onSend: () => signal.throwIfAborted(),
    });
    gate.failures = 0;
    onRecord?.(sent);
    // A row that is held is queued anew when the cap is raised.
    return undefined;
  } catch (error) {
    if (isRunComfyError(error) && error.code === "record" && error.job) return noteLater(context, once, key);
    if (signal.aborted) return 0;
    return settleRefusal(context, once, key, error);
  }
}

/** Notes a paid job later, where the store did not take it. The client keeps the job's id in memory until then. */
async function noteLater(
  { clock, farewell, log, onRecord }: WorkerContext,
  once: Once,
  key: string,
): Promise<undefined> {
  while (!farewell.aborted) {
    try {
      const record = await once.status(key);
      if (record) onRecord?.(record);
      return undefined;
    } catch (error) {
      log("warn", `${key}: the paid job is not noted yet: ${explain(error, String)}`);
      await pause(clock, pauses.afterFailure, farewell).catch(() => {});
    }
  }
  return undefined;
}

/** Handles an attempt that paid nothing: decides whether this row, or every row of this worker, may be sent later. */
async function settleRefusal(
  context: WorkerContext,
  once: Once,
  key: string,
  error: unknown,
): Promise<number | undefined> {
  const { clock, gate, log, onRecord, store } = context;
  const message = explain(error, String);
  const code = isRunComfyError(error) ? error.code : "error";
  const record = await once.status(key);
  if (record?.state === "rejected") {
    onRecord?.(record);
    return undefined;
  }
  log("warn", `${key}: ${message}`);
  if (code === "auth") gate.reason = { code, message: `The service refuses the token: ${message}` };
  else if (code === "insufficient_balance") gate.closedUntil = clock.now() + 60_000;
  else if (++gate.failures >= mostFailures)
    gate.reason = {
      code: "refused",
      message: `${mostFailures} submits in a row were refused; the last one: ${message}`,
    };
  else
    gate.closedUntil = Math.max(gate.closedUntil, clock.now() + Math.min(30_000, 500 * 2 ** gate.failures));
  const isHopeless =
    code !== "auth" && code !== "insufficient_balance" && (record?.attempt ?? 0) >= mostAttempts;
  if (!isHopeless || !record) return 30_000;
  const failure = { code, message: `Refused ${record.attempt} times; the last time: ${message}` };
  onRecord?.(await store.records.move(record, { to: "rejected", attempt: record.attempt, error: failure }));
  return undefined;
}
