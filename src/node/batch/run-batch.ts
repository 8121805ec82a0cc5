import { stat } from "node:fs/promises";
import { ConfigError } from "../../errors/errors.js";
import { refuseOtherAccount } from "../../once/account-probe.js";
import { nameBudget } from "../../once/record/budget-name.js";
import { memoryStore } from "../../once/stores/memory-store.js";
import { createOnce } from "../../once/once.js";
import type { Once } from "../../once/once-types.js";
import type { Store } from "../../once/record/store.js";
import { systemClock } from "../../time/clock.js";
import { isErrno } from "../files/disk.js";
import { fileStore } from "../record/file-store.js";
import { checkBatchOptions } from "./batch-options.js";
import { BatchRun } from "./run-state.js";
import type { BatchOptions, BatchPlan, BatchReport } from "./batch-types.js";
import { keyRows } from "./keyed-rows.js";
import { planBatch } from "./plan.js";
import { keepResults } from "./row-results.js";
import { checkRow } from "./row-check.js";
import { runRow } from "./row-life.js";
import { spoolRows } from "./row-spool.js";
import type { CountedStates } from "./counted-states.js";
import type { Spool } from "./row-spool.js";

/**
 * Runs a batch: each row is one job, paid once, however often the batch is run or killed. The same call goes on where an earlier one
 * ended. Rows that fail do not stop the others.
 *
 * Rejects, before anything is sent, with a BatchError where the rows cannot be read or two rows share a key, with a KeyConflictError
 * where a row is not the one that its key stands for in the record, with a RecordError where the record cannot be used, with an
 * AuthError where the recorded jobs are of another account, and with a ConfigError for unusable options.
 *
 * @example
 * const rows = readRows("prompts.csv", { model });
 * const report = await runBatch({ client, model, rows, record: "prompts.jobs.jsonl", directory: "videos", maxUsd: 40 });
 */
export async function runBatch(options: BatchOptions): Promise<BatchReport> {
  checkBatchOptions(options);
  const { record, rows } = options;
  const spool = await spoolRows(rows);
  const store = typeof record === "string" ? fileStore(record) : record;
  try {
    const isNew = typeof record === "string" && (await isMissing(record));
    return await runOn(options, spool, store, isNew);
  } finally {
    if (typeof record === "string") await store.close();
    await spool.remove();
  }
}

/** `isNew` tells that the store has no record yet: it is opened, and so made, when something is to be sent. */
async function runOn(
  options: BatchOptions,
  spool: Spool,
  store: Store,
  isNew: boolean,
): Promise<BatchReport> {
  const { client, space = "", clock = systemClock, signal } = options;
  const idOf = (key: string) => ({ origin: client.origin, space, key });
  const known = isNew ? memoryStore() : store;
  await known.open();
  const { plan, counted } = await planBatch(options, spool, known, idOf);
  const begin = (on: Store) =>
    new BatchRun({ options, once: createRowOnce(options, on), store: on, clock, plan, idOf });
  if (options.checkOnly)
    return begin(known).report({ code: "checked", message: "Nothing was sent: the rows were checked." });
  refuseUnpriced(plan);
  if (plan.newRows > 0) await refuseOtherAccount(client, known, idOf(""), { signal, clock });
  if ((await options.onPlan?.(plan)) === false)
    return begin(known).report({ code: "declined", message: "Nothing was sent." });
  if (plan.rows === 0) return begin(known).report(undefined);
  if (isNew && plan.newRows > 0) await store.open();
  const run = begin(plan.newRows > 0 ? store : known);
  const finishResults = keepResults(run, spool);
  await runRows(run, spool, counted);
  await run.tellProgress(true);
  reportDeleted(run);
  await finishResults();
  const stopped = signal?.aborted
    ? ({ code: "aborted", message: "Nothing more is sent; running jobs go on." } as const)
    : run.gate.stopped;
  return run.report(stopped);
}

/** Sends the rows of a batch, and counts their dollars. */
function createRowOnce(options: BatchOptions, store: Store): Once {
  const { client, space = "", clock = systemClock, maxUsd, assumeUsd } = options;
  return createOnce({
    client,
    store,
    space,
    clock,
    // Without a cap the dollars are summed up all the same, since a later run may have one.
    budget: { id: nameBudget({ origin: client.origin, space }), maxUsd: maxUsd ?? Number.MAX_VALUE },
    assumeUsd: assumeUsd ?? (maxUsd === undefined ? 0 : undefined),
  });
}

/** True where there is no file yet. Whatever else keeps it from being used, its store tells. */
async function isMissing(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: unknown) => !isErrno(error, "ENOENT", "ENOTDIR"));
  return !found;
}

/** Refuses rows without a certain price where there is a cap. */
export function refuseUnpriced({ maxUsd, unpricedRows }: BatchPlan): void {
  if (maxUsd === undefined || unpricedRows === 0) return;
  throw new ConfigError(
    `maxUsd is ${maxUsd}, but the price of ${unpricedRows} rows is not certain: set assumeUsd to the dollars to count for each of them. Nothing was sent.`,
  );
}

/** Takes all rows to their end, as many at a time as may run. */
async function runRows(run: BatchRun, { rows }: Spool, counted: CountedStates): Promise<void> {
  const { model, signal, attach } = run.parts.options;
  const active = new Set<Promise<void>>();
  let place = 0;
  for await (const row of keyRows(rows, model.id, attach)) {
    if (signal?.aborted) break;
    if (row.isRepeated || checkRow(model, row, attach !== undefined).length > 0) continue;
    await run.running.acquire();
    const work = runRow(run, row, counted.at(place++)).finally(() => {
      active.delete(work);
      run.running.release();
    });
    active.add(work);
  }
  await Promise.all(active);
}

function reportDeleted(run: BatchRun): void {
  const { filesDeleted } = run;
  if (filesDeleted.length === 0) return;
  const [first] = filesDeleted;
  const others = filesDeleted.length > 1 ? ` and ${filesDeleted.length - 1} more` : "";
  run.notify(
    "files_deleted",
    `${first!.path}${others} was saved before and is gone. It is neither fetched nor paid again by itself; fetch: "missing" (--fetch-missing in a shell) fetches it.`,
  );
}
