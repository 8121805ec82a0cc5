import { access } from "node:fs/promises";
import { isRunComfyError } from "../../errors/errors.js";
import type { JobResult } from "../../job/job-types.js";
import type { JobRecord } from "../../once/record/record.js";
import { save } from "../save/save.js";
import type { SaveReport } from "../save/save-types.js";
import type { BatchRun } from "./run-state.js";
import type { KeyedRow } from "./keyed-rows.js";
import { isDiskFull } from "./row-submit.js";
import { messageOf } from "../../errors/error-message.js";
import { toRecordedFiles } from "../save/recorded-files.js";

/** Files of a record that are no longer there. */
export async function findDeleted({ files = [] }: JobRecord): Promise<string[]> {
  const paths = files.map(({ path }) => path);
  const there = await Promise.all(
    paths.map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return paths.filter((_, at) => !there[at]);
}

/** Saves the files of a job that is done, and notes them. A row whose files could not all be saved is fetched by the next run. */
export async function saveRow(
  run: BatchRun,
  row: KeyedRow,
  record: JobRecord,
  result: JobResult,
): Promise<{ readonly record: JobRecord; readonly error?: string }> {
  const { options, once } = run.parts;
  await run.saves.acquire();
  try {
    const report = await save(result, {
      ...options.save,
      directory: options.directory,
      model: options.model,
      name: row.key,
      input: row.input,
      signal: options.signal,
      refresh: () => once.result(row.key),
      onFailure: "report",
    });
    const error = describeFailed(run, report);
    const files = toRecordedFiles(report.files);
    const noted = await once.noteFiles(row.key, { files, missing: report.failed.length });
    if (report.failed.length > 0) run.filesMissing.push(row.key);
    return { record: noted, ...(error !== undefined && { error }) };
  } catch (error) {
    if (options.signal?.aborted) return { record };
    const message = messageOf(error);
    if (isDiskFull(error)) stopForDisk(run, message);
    run.filesMissing.push(row.key);
    const noted = await once
      .noteFiles(row.key, { files: record.files ?? [], missing: 1 })
      .catch(() => record);
    return { record: noted, error: message };
  } finally {
    run.saves.release();
  }
}

function describeFailed(run: BatchRun, { failed, files }: SaveReport): string | undefined {
  if (failed.length === 0) return undefined;
  const [first] = failed;
  for (const { error } of failed) if (isDiskFull(error)) stopForDisk(run, error.message);
  const reason = isRunComfyError(first?.error) ? first.error.message : String(first?.error);
  return `${failed.length} of ${failed.length + files.length} files could not be saved: ${reason}`;
}

function stopForDisk(run: BatchRun, message: string): void {
  run.gate.stop({
    code: "disk_full",
    message: `${message} Nothing more is sent. Make room and run the batch again: it fetches the files that are missing.`,
  });
}
