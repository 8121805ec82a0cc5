import { asSentence } from "../../errors/issue.js";
import { isRunComfyError } from "../../index.js";
import type { Once } from "../../once/once-types.js";
import type { JobRecord } from "../../once/record/record.js";
import { explain } from "../../protocol/platform-error.js";
import { pause } from "../../time/scope.js";
import { createBatchOnce } from "./batch-store.js";
import { pauses } from "./worker-context.js";
import type { WorkerContext } from "./worker-context.js";

/** Records that are taken with one statement. */
const pageSize = 500;
/** The longest wait for one job before its record is taken again. */
const waitMs = 24 * 3_600_000;
/** The pause before a wait or a save that failed is tried again. */
const retryMs = 30_000;

/** Waits for accepted jobs and saves their files, until the worker is ended or has nothing left to do. */
export async function followAccepted(context: WorkerContext): Promise<void> {
  const { clock, signal, gate, log, waits, running = 2000 } = context;
  const inHand = new Set<Promise<void>>();
  const onceOf = createWaiters(context);
  while (!signal.aborted) {
    try {
      const free = Math.min(pageSize, running - inHand.size);
      const taken = free > 0 ? await waits.take(free) : [];
      for (const record of taken) {
        const work = follow(context, onceOf(record.space), record).finally(() => inHand.delete(work));
        inHand.add(work);
      }
      if (gate.reason !== undefined && inHand.size === 0) return;
      if (taken.length === 0) await pause(clock, pauses.whenIdle, signal);
    } catch (error) {
      if (signal.aborted) break;
      log("warn", `The waits could not be read: ${explain(error, String)}`);
      await pause(clock, pauses.afterFailure, signal).catch(() => {});
    }
  }
  await Promise.all(inHand);
}

/** The `Once` of each batch, without limits: it sends nothing. */
function createWaiters({ client, store }: WorkerContext): (space: string) => Once {
  const known = new Map<string, Once>();
  return (space) => {
    const found = known.get(space) ?? createBatchOnce(client, store, space, {});
    known.set(space, found);
    return found;
  };
}

/** Waits for one job and saves its files. Never rejects. */
async function follow(context: WorkerContext, once: Once, record: JobRecord): Promise<void> {
  const { clock, signal, waits, log, onRecord } = context;
  const { key } = record;
  try {
    const ended = await awaitEnd(context, once, record);
    onRecord?.(ended);
    await waits.finish(record);
    await queueHeld(context, record, ended);
  } catch (error) {
    // An aborted worker hands all its waits over to the other workers.
    if (signal.aborted) return;
    if (isRunComfyError(error) && error.code === "not_found") {
      log("warn", `${key}: ${error.message} Run the batch again to have it asked for once more.`);
      return await waits.giveUp(record).catch(() => {});
    }
    log(
      "warn",
      `${key}: ${asSentence(explain(error, String))} The job is asked for again in ${retryMs / 1000} s.`,
    );
    await pause(clock, retryMs, signal).catch(() => {});
    await waits.release(record).catch(() => {});
  }
}

async function awaitEnd(
  { signal, save, gate, clock }: WorkerContext,
  once: Once,
  record: JobRecord,
): Promise<JobRecord> {
  const { key } = record;
  try {
    const result = await once.result(key, { signal, timeoutMs: waitMs });
    if (!save) return (await once.status(key)) ?? record;
    const saved = await save(result, record, signal);
    const noted = await once.noteFiles(key, saved);
    if (saved.missing === 0) return noted;
    // A full disk would fail the files of every further job, too.
    gate.closedUntil = clock.now() + retryMs;
    throw new Error(`${saved.missing} of its files could not be saved.`);
  } catch (error) {
    if (!isRunComfyError(error) || !isEnd(error.code)) throw error;
    return (await once.status(key)) ?? record;
  }
}

/** A job that cost less than was counted for it leaves dollars for a row that is held. One row is tried for each such job. */
async function queueHeld(
  { store, queue }: WorkerContext,
  { usd = 0, space }: JobRecord,
  { budget, costUsd, state }: JobRecord,
): Promise<void> {
  const left = usd - (costUsd ?? (state === "cancelled" ? 0 : usd));
  if (budget === undefined || left <= 0) return;
  const held = store.records.list({ origin: store.origin, space, state: "held", limit: 1 });
  for await (const { key } of held) await queue.add([{ space, key }]);
}

/** Tells whether the error says that the job has failed or was cancelled: its record then says so, too. */
function isEnd(code: string): boolean {
  return code === "job_failed" || code === "job_cancelled";
}
