import { digestInput } from "../../once/record/input-digest.js";
import type { JobRecord } from "../../once/record/record.js";
import type { BatchStore } from "./batch-store.js";
import type { SubmitQueue } from "./submit-queue.js";

/** One row of a batch. */
export interface QueuedRow {
  readonly key: string;
  readonly model: string;
  readonly input: unknown;
}

/** A row that cannot be queued. */
export interface RowProblem {
  readonly key: string;
  readonly message: string;
}

/** Options of `putRows`. */
export interface PutOptions {
  /** `"failed"`: rows that failed, were cancelled or were rejected get another job. Default: they stay as they are. */
  readonly retry?: "failed" | undefined;
  /** Awaited before a row is put, such as for the upload of its files; what it throws ends all. Default none. */
  readonly prepare?: ((row: QueuedRow) => Promise<void>) | undefined;
}

/** The rows of a batch as the database knows them, before anything is queued. */
export interface BatchPlan {
  /** Rows that nobody has sent. */
  readonly waiting: number;
  /** Rows that were sent before: they are not sent again. */
  readonly known: number;
  readonly problems: readonly RowProblem[];
}

/** The largest input, as JSON: workers on other machines read each row out of the database. */
const mostBytes = 10_000;

/** Rows that are written at once, and added to the queue with one statement. */
const [writers, pageSize] = [16, 500];

/** True for a record that may still be sent by a worker. */
function isWaiting({ state }: JobRecord): boolean {
  return state === "new" || state === "held";
}

/** True for a record whose job gave no output, so that a person may want another job. */
function hasNoOutput({ state }: JobRecord): boolean {
  return state === "failed" || state === "cancelled" || state === "rejected";
}

/**
 * Puts rows into the database where they are not there yet, and queues nothing: with a problem among the rows, nothing is paid.
 * Rows whose key belongs to another input are problems, and rows that are too large.
 */
export async function putRows(
  { origin, records }: BatchStore,
  space: string,
  rows: AsyncIterable<QueuedRow>,
  { retry, prepare }: PutOptions = {},
): Promise<BatchPlan> {
  const problems: RowProblem[] = [];
  const counts = { waiting: 0, known: 0 };
  const put = async (row: QueuedRow): Promise<void> => {
    const { key, model, input } = row;
    const bytes = new TextEncoder().encode(JSON.stringify(input)).length;
    if (bytes > mostBytes) {
      const message =
        `its input is ${bytes} bytes as JSON, and a queue takes at most ${mostBytes}: ` +
        "give files as https addresses (--upload), or as paths of a folder that all workers share";
      problems.push({ key, message });
      return;
    }
    await prepare?.(row);
    const { kept, inputHash, isWhole } = await digestInput(input);
    const id = { origin, space, key };
    const record = await records.put({ ...id, model, inputHash, input: kept });
    if (record.model !== model || record.inputHash !== inputHash) {
      const message = `its key belongs to a job with another input or model, which is ${record.state}`;
      problems.push({ key, message });
      return;
    }
    const isRetried = retry !== undefined && hasNoOutput(record);
    if (isRetried) await records.move(id, { to: "new", attempt: record.attempt, because: "retry" });
    const mayRun = isRetried || isWaiting(record);
    if (mayRun && !isWhole) await records.payload.put(id, input);
    counts[mayRun ? "waiting" : "known"]++;
  };
  await inParallel(rows, put);
  return { ...counts, problems };
}

/** Queues the rows that nobody has sent, and has the files of finished ones fetched that are missing. Gives the number queued. */
export async function queueRows(
  { origin, records, batches }: BatchStore,
  queue: SubmitQueue,
  space: string,
  keys: AsyncIterable<string>,
): Promise<number> {
  let page: { readonly space: string; readonly key: string }[] = [];
  let queued = 0;
  const flush = async (): Promise<void> => {
    const full = page;
    page = [];
    queued += full.length;
    await queue.add(full);
  };
  await inParallel(keys, async (key) => {
    const record = await records.get({ origin, space, key });
    if (record?.state === "done" && record.filesMissing) await batches.saveAgain(space, key);
    if (record?.state === "accepted") await batches.waitAgain(space, key);
    if (!record || !isWaiting(record)) return;
    // Until a worker has tried it under today's cap nobody can tell that it is held.
    if (record.state === "held")
      await records.move(record, { to: "new", attempt: record.attempt, because: "cap raised" });
    page.push({ space, key });
    if (page.length >= pageSize) await flush();
  });
  await flush();
  return queued;
}

/** Runs a task for each item, a few at a time. Rejects with the first error, once no task runs any more. */
async function inParallel<T>(items: AsyncIterable<T>, task: (item: T) => Promise<void>): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  let failure: { readonly error: unknown } | undefined;
  const work = async (): Promise<void> => {
    while (!failure) {
      try {
        const next = await iterator.next();
        if (next.done) return;
        await task(next.value);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: writers }, work));
  if (failure) throw failure.error;
}
