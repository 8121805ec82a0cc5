import { isRunComfyError } from "../../errors/errors.js";
import type { JobResult } from "../../job/job-types.js";
import type { JobRecord, State } from "../../once/record.js";
import type { BatchRun } from "./batch-run.js";
import type { KeyedRow } from "./keyed-rows.js";
import { findDeleted, saveRow } from "./row-saving.js";
import { submitRow } from "./row-submit.js";
import { maySend } from "./states.js";

/** Brings one row as far as it goes: sends it, waits for its job, saves its files. Never rejects. */
export async function bringOn(run: BatchRun, row: KeyedRow): Promise<void> {
  const { store, idOf } = run.parts;
  let counted: State = "new";
  try {
    const known = await store.get(idOf(row.key));
    counted = countedAs(run, row, known);
    const record = await openRow(run, row, known);
    if (!record) return;
    if (record.state !== counted) {
      run.tell(row, counted, record);
      counted = record.state;
    }
    if (record.state === "accepted") counted = await finish(run, row, record);
    else if (record.state === "done") await completeFiles(run, row, record);
    else if (record.state === "unknown") run.unknown.push(row.key);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    run.notify("store", `Row ${JSON.stringify(row.key)} (line ${row.line}): ${message}`);
  } finally {
    await run.tellProgress();
  }
}

/** The state under which the plan has counted a row. */
function countedAs(run: BatchRun, row: KeyedRow, known: JobRecord | undefined): State {
  const { retry } = run.parts.options;
  if (!known || maySend(known.state, retry)) return "new";
  return known.state === "rejected" && known.inputHash !== row.inputHash ? "new" : known.state;
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
  // Another process sends it at the moment: its outcome is this row's, too.
  if (!isOpen && known.state !== "sending") return known;
  if (run.gate.stopped || options.signal?.aborted) return known;
  if (isOpen && known && !isOther && known.state !== "new" && known.state !== "held")
    await once.retry(row.key);
  return submitRow(run, row);
}

/** Waits for the end of a row's job, and saves its files. Gives the state at which it was left. */
async function finish(run: BatchRun, row: KeyedRow, record: JobRecord): Promise<State> {
  const { options, once, store, idOf } = run.parts;
  const { signal, timeoutMs = 86_400_000, directory } = options;
  let result: JobResult | undefined;
  run.waiting++;
  try {
    result = await once.result(row.key, { signal, timeoutMs });
    run.gate.noteSuccess();
  } catch (error) {
    if (signal?.aborted) return "accepted";
    const message = error instanceof Error ? error.message : String(error);
    const ended = (await store.get(idOf(row.key))) ?? record;
    if (ended.state === "accepted") run.tell(row, "accepted", ended, message);
    else run.tell(row, "accepted", ended);
    if (isRunComfyError(error) && error.code === "job_failed") run.gate.noteFailure(message);
    if (isRunComfyError(error) && error.code === "auth")
      run.gate.stop({ code: "auth", message: `${message} Nothing more is sent.` });
    return ended.state;
  } finally {
    run.waiting--;
  }
  const done = (await store.get(idOf(row.key))) ?? record;
  if (directory === undefined) {
    run.tell(row, "accepted", done);
    return done.state;
  }
  const saved = await saveRow(run, row, done, result);
  run.tell(row, "accepted", saved.record, saved.error);
  return saved.record.state;
}

/** Fetches the files of a job that was done in an earlier run, and was not saved whole. Files that were saved and are gone are named. */
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
    run.tell(row, "done", record, error instanceof Error ? error.message : String(error));
  }
}
