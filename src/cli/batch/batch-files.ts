import { access } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { addAbortSignal } from "node:stream";
import type { CheckedModel } from "../../index.js";
import type { BatchRow } from "../../node/batch/batch-row.js";
import { readRows } from "../../node/batch/read-rows.js";
import type { ReadRowsOptions } from "../../node/batch/read-rows.js";
import { digestInput } from "../../once/record/input-digest.js";
import { fileStore } from "../../node/record/file-store.js";
import type { FileStore } from "../../node/record/file-store.js";
import { batchSpace, openRecordIfThere, openRecordIfUsable } from "../record/user-record.js";
import { CommandError, exitCodes } from "../terminal/exit-code.js";
import type { Session } from "../session/session.js";
import { messageOf } from "../../errors/error-message.js";

/** The files that belong to a batch over a file of rows. */
export interface BatchFiles {
  /** The rows, as they were named. */
  readonly rows: string;
  /** The record of the batch, `prompts.jobs.jsonl` for `prompts.csv`. */
  readonly record: string;
  /** The table of results, `prompts.results.csv`. */
  readonly results: string;
}

/** Names the files of a batch, beside its rows; rows of standard input (`-`) have theirs in the current folder. */
export function nameFiles(rows: string, results?: string): BatchFiles {
  const stem = rows === "-" ? "stdin" : join(dirname(rows), basename(rows, extname(rows)));
  return { rows, record: `${stem}.jobs.jsonl`, results: results ?? `${stem}.results.csv` };
}

/** Reads the rows of a file, or of standard input; those can be read only once. */
export function openRows(
  { rows }: BatchFiles,
  model: CheckedModel,
  format: Pick<ReadRowsOptions, "format">,
  signal: AbortSignal,
): AsyncIterable<BatchRow> {
  return readRows(rows === "-" ? addAbortSignal(signal, process.stdin) : rows, { model, ...format });
}

/** Opens the record of a batch that has run before. */
export async function openBatchRecord({ rows, record }: BatchFiles): Promise<FileStore> {
  try {
    await access(record);
  } catch {
    throw new CommandError(
      `There is no ${record}: no batch over ${rows} has run in that folder.`,
      exitCodes.noInput,
    );
  }
  const store = fileStore(record);
  await store.open();
  return store;
}

/** The facts about a batch in the user's record. */
export interface BatchEntry extends BatchFiles {
  /** The balance when the batch was last started, in US dollars. */
  readonly balanceUsd?: number;
}

/**
 * Adds a batch to the user's record, with the place of the batch's own record. An error is a warning only, since nothing is paid
 * for here.
 */
export async function listBatch(
  { client, terminal }: Session,
  files: BatchFiles,
  model: string,
): Promise<void> {
  const store = await openRecordIfUsable(terminal);
  if (!store) return;
  try {
    const balance = await client.balance().catch(() => undefined);
    const input = {
      rows: resolve(files.rows),
      record: resolve(files.record),
      results: resolve(files.results),
      ...(balance && { balanceUsd: balance.usd }),
    };
    const { inputHash } = await digestInput(input);
    await store.put({
      origin: client.origin,
      space: batchSpace,
      key: input.record,
      model,
      inputHash,
      input,
    });
  } catch (error) {
    terminal.say(`Warning: the batch could not be listed in your record: ${messageOf(error)}`);
  } finally {
    await store.close();
  }
}

/** The entry of a batch in the user's record. */
export async function findBatch(
  { client, terminal }: Session,
  { record }: BatchFiles,
): Promise<BatchEntry | undefined> {
  const store = await openRecordIfThere(terminal);
  const entry = await store?.get({ origin: client.origin, space: batchSpace, key: resolve(record) });
  await store?.close();
  return entry?.input as BatchEntry | undefined;
}
