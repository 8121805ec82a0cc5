import { isRunComfyError } from "../../errors/errors.js";
import type { JobResult } from "../../job/job-types.js";
import type { JobRecord, State } from "../../once/record/record.js";
import { hasEnded } from "../../once/record/transitions.js";
import type { BatchRun } from "./run-state.js";
import type { KeyedRow } from "./keyed-rows.js";
import { findDeleted, saveRow } from "./row-saving.js";
import { submitRow } from "./row-submit.js";
import { maySend } from "./counted-states.js";
import { messageOf } from "../../errors/error-message.js";

/**
 * Takes one row to its end: sends it, waits for its job, saves its files. `planned` is the state under which the plan has counted
 * the row. Never rejects.
 */
export async function runRow(run: BatchRun, row: KeyedRow, planned: State): Promise<void> {
  const { store, idOf } = run.parts;
  run.beginMove();
  try {
    const known = await store.get(idOf(row.key));
    const record = await openRow(run, row, known);
    if (!record) return;
    if (record.state !== planned) run.tell(row, planned, record);
    if (record.state === "accepted") await finish(run, row, record);
    else if (record.state === "done") await completeFiles(run, row, record);
    else if (record.state === "unknown") run.unknown.push(row.key);
  } catch (error) {
    const message = messageOf(error);
    run.notify("store", `Row ${JSON.stringify(row.key)} (line ${row.line}): ${message}`);
  } finally {
    run.endMove();
    await run.tellProgress();
  }
}

/** The record of a row, sent where it is to be sent. */
async function openRow(
  run: BatchRun,
  row: KeyedRow,
  known: JobRecord | undefined,
): Promise<JobRecord | undefined> {
  const { options, once } = run.parts;
  const isOther = known?.state === "rejected" && known.inputHash !== row.inputHash;
  const isOpen = !known || isOther || maySend(known.state, options.retry);
  // Another process is sending the row now: its outcome is the outcome of this row, too.
  if (!isOpen && known.state !== "sending") return known;
  if (run.gate.stopped || options.signal?.aborted) return known;
  if (isOpen && known && !isOther && known.state !== "new" && known.state !== "held")
    await once.retry(row.key);
  const { endCount } = run;
  const record = await submitRow(run, row);
  return record?.state === "held" ? submitWhenAffordable(run, row, record, endCount) : record;
}

/**
 * Sends a row that the budget did not cover, as soon as a running job turns out to cost less than was counted for it. The row
 * stays held where no job runs any more that could. `triedAt` is the number of jobs that had ended before the first try.
 */
async function submitWhenAffordable(
  run: BatchRun,
  row: KeyedRow,
  held: JobRecord,
  triedAt: number,
): Promise<JobRecord | undefined> {
  const { signal } = run.parts.options;
  let record: JobRecord | undefined = held;
  run.endMove();
  await run.budgetTurn.acquire();
  try {
    for (let seen = triedAt; record?.state === "held" && !run.gate.stopped && !signal?.aborted;) {
      if (seen === run.endCount && run.moving === 0) break;
      if (seen === run.endCount) {
        await run.nextChange();
        continue;
      }
      seen = run.endCount;
      record = await submitRow(run, row);
    }
    return record;
  } finally {
    run.beginMove();
    run.budgetTurn.release();
  }
}

/** Waits for the end of a row's job, and saves its files. */
async function finish(run: BatchRun, row: KeyedRow, record: JobRecord): Promise<void> {
  const { gate, parts } = run;
  let ended: Ended;
  run.beginWait();
  try {
    ended = await awaitEnd(run, row);
  } catch (error) {
    if (parts.options.signal?.aborted) return;
    const message = messageOf(error);
    run.tell(row, "accepted", record, message);
    if (isRunComfyError(error) && error.code === "auth")
      gate.stop({ code: "auth", message: `${message} Nothing more is sent.` });
    return;
  } finally {
    run.endWait();
  }
  const { state, error } = ended.record;
  if (state === "done") gate.noteSuccess();
  if (state === "failed") gate.noteFailure(error?.message ?? "The job failed.");
  const saved = ended.result ? await saveRow(run, row, ended.record, ended.result) : ended;
  run.tell(row, "accepted", saved.record, saved.error);
}

/** A job at its end, with its result where that is to be saved. */
interface Ended {
  readonly record: JobRecord;
  readonly result?: JobResult;
  readonly error?: string;
}

/** Waits for the end of a row's job. Rejects where the end is not known. */
async function awaitEnd(run: BatchRun, { key }: KeyedRow): Promise<Ended> {
  const { options, once, store, idOf } = run.parts;
  const { signal, timeoutMs = 86_400_000, directory } = options;
  if (directory === undefined) return { record: await once.wait(key, { signal, timeoutMs }) };
  try {
    const result = await once.result(key, { signal, timeoutMs });
    return { record: (await store.get(idOf(key)))!, result };
  } catch (error) {
    const record = await store.get(idOf(key));
    if (!record || !hasEnded(record)) throw error;
    return { record };
  }
}

/**
 * Fetches the missing files of a job that was done in an earlier run. Files that were saved and are gone are only listed, unless
 * they are asked for.
 */
async function completeFiles(run: BatchRun, row: KeyedRow, record: JobRecord): Promise<void> {
  const { options, once } = run.parts;
  const { directory, signal, fetch } = options;
  if (directory === undefined || signal?.aborted) return;
  const deleted = await findDeleted(record);
  const isIncomplete = record.files === undefined || (record.filesMissing ?? 0) > 0;
  if (deleted.length > 0 && fetch !== "missing") {
    for (const path of deleted) run.filesDeleted.push({ key: row.key, path });
    return;
  }
  if (!isIncomplete && deleted.length === 0) return;
  try {
    const result = await once.result(row.key, { signal });
    const saved = await saveRow(run, row, record, result);
    run.tell(row, "done", saved.record, saved.error);
  } catch (error) {
    if (signal?.aborted) return;
    run.filesMissing.push(row.key);
    run.tell(row, "done", record, messageOf(error));
  }
}
