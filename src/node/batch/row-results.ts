import { pause } from "../../time/scope.js";
import type { BatchRun, RunParts } from "./run-state.js";
import { keyRows } from "./keyed-rows.js";
import { toResultLine, writeResults } from "./results-table.js";
import type { ResultLine } from "./results-table.js";
import { checkRow } from "./row-check.js";
import type { Spool } from "./row-spool.js";
import { messageOf } from "../../errors/error-message.js";

/** The table is written at most as often as this, and takes at most a twentieth of the time. */
const intervalMs = 30_000;

/**
 * Writes the table of results now and then while a batch runs, so that a batch that is killed leaves a recent one. The function
 * that it returns writes the table a last time.
 */
export function keepResults(run: BatchRun, spool: Spool): () => Promise<void> {
  const { clock, options } = run.parts;
  const { results: path } = options;
  if (path === undefined) return async () => {};
  const ended = new AbortController();
  const write = () => writeResults(path, listResults(run.parts, spool));
  async function repeat(): Promise<void> {
    for (let waitMs = intervalMs; ;) {
      await pause(clock, waitMs, ended.signal);
      const startedAt = clock.now();
      await write();
      waitMs = Math.max(intervalMs, 20 * (clock.now() - startedAt));
    }
  }
  // A table that cannot be written stops nothing: the last write reports the error.
  const repeated = repeat().catch(() => {});
  return async () => {
    ended.abort("ended");
    await repeated;
    await write().catch((error: unknown) => {
      const message = messageOf(error);
      run.notify(
        "results",
        `${path} could not be written: ${message}. The record has all of it; run the batch again.`,
      );
    });
  };
}

async function* listResults({ options, store, idOf }: RunParts, { rows }: Spool): AsyncGenerator<ResultLine> {
  const { model, attach } = options;
  for await (const row of keyRows(rows, model.id, attach)) {
    if (row.isRepeated) continue;
    const { key } = row;
    const [problem] = checkRow(model, row, attach !== undefined);
    const record = problem ? undefined : await store.get(idOf(key));
    const error = problem ? `${problem.field ? `${problem.field}: ` : ""}${problem.message}` : "";
    const unsent = { key, job: "", state: problem ? "rejected" : "new", cost: "", files: "", error };
    yield record ? toResultLine(record) : unsent;
  }
}
