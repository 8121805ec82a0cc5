import { formatUsd } from "../terminal/money.js";
import { openBatchQueue } from "../../adapters/pg-boss/batch-queue.js";
import type { BatchQueue } from "../../adapters/pg-boss/batch-queue.js";
import type { BatchProgress as QueueProgress } from "../../adapters/pg-boss/batches.js";
import { putRows, queueRows } from "../../adapters/pg-boss/enqueue.js";
import type { QueuedRow } from "../../adapters/pg-boss/enqueue.js";
import type { CheckedModel } from "../../index.js";
import type { BatchPlan, BatchProgress } from "../../node/batch/batch-types.js";
import { countStates } from "../../node/batch/counted-states.js";
import { keyRows } from "../../node/batch/keyed-rows.js";
import { checkRow } from "../../node/batch/row-check.js";
import { spoolRows } from "../../node/batch/row-spool.js";
import type { Spool } from "../../node/batch/row-spool.js";
import { toResultLine, writeResults } from "../../node/batch/results-table.js";
import type { ResultLine } from "../../node/batch/results-table.js";
import { refuseUnpriced, runBatch } from "../../node/batch/run-batch.js";
import { systemClock } from "../../time/clock.js";
import { pause } from "../../time/scope.js";
import { CommandError, exitCodes } from "../terminal/exit-code.js";
import { catchInterrupt } from "../terminal/interrupt.js";
import { self } from "../terminal/invocation.js";
import { plain, printJson, putOnOneLine } from "../terminal/screen.js";
import { openRows } from "./batch-files.js";
import type { BatchFiles } from "./batch-files.js";
import { count, describeCounts, describePlan, describeProgress } from "./batch-progress.js";
import { describeUnknown, exitCodeOfStates } from "./batch-ending.js";
import type { FileInput } from "../files/file-book.js";
import { noteRows } from "../files/file-inputs.js";
import { connectQueue } from "./queue-connection.js";
import type { QueuedFiles } from "./queue-files.js";
import { nameSpace } from "./queue-records.js";
import type { Session } from "../session/session.js";

/** A batch whose rows run on workers. */
export interface QueuedBatch {
  readonly session: Session;
  readonly model: CheckedModel;
  readonly files: BatchFiles;
  /** The address of the queue's database. */
  readonly address: string;
  readonly format: { readonly format?: "csv" | "jsonl" };
  readonly limits: { readonly maxUsd?: number; readonly assumeUsd?: number };
  readonly isJson: boolean;
  /** `"failed"`: rows that failed, were cancelled or were rejected get another job. */
  readonly retry?: "failed" | undefined;
  /** The files of the rows, where they are uploaded before the rows are queued. */
  readonly stored: QueuedFiles | undefined;
  /** Asks whether to pay, once the plan is known. */
  readonly agree: (plan: BatchPlan, signal: AbortSignal) => Promise<boolean>;
}

/** `batch MODEL FILE --queue URL`: queues the rows of a file, and shows the workers' progress until all rows have ended. */
export async function runQueuedBatch(batch: QueuedBatch): Promise<void> {
  const { session, address } = batch;
  const { terminal, client } = session;
  const warn = (message: string): void => terminal.say(`Warning: ${plain(message)}`);
  const connection = await connectQueue(address, warn);
  const interrupt = catchInterrupt();
  let opened: BatchQueue | undefined;
  try {
    const log = (_level: "warn", message: string): void => warn(message);
    opened = await openBatchQueue({ ...connection, origin: client.origin, log });
    const plan = await enqueue(batch, opened, interrupt.signal);
    if (!plan) return terminal.say("Nothing was queued.");
    const progress = await follow(batch, opened, interrupt.signal);
    await writeResults(batch.files.results, listResults(opened, nameSpace(batch.files)));
    if (progress) await finish(batch, opened, progress, plan);
    else
      terminal.say(
        `The workers go on with the queued rows. To see how they get on, run the same command again.`,
      );
  } finally {
    interrupt.release();
    await opened?.close();
    await connection.close();
  }
}

/** Plans, asks, and queues. Gives the plan; undefined where a person does not agree. */
async function enqueue(
  batch: QueuedBatch,
  opened: BatchQueue,
  signal: AbortSignal,
): Promise<BatchPlan | undefined> {
  const { model, files, format, stored } = batch;
  const given = openRows(files, model, format, signal);
  const spool = await spoolRows(stored ? noteRows(given, stored, signal) : given);
  try {
    return await enqueueRows(batch, opened, spool, signal);
  } finally {
    await spool.remove();
  }
}

async function enqueueRows(
  { session, model, files, limits, isJson, retry, stored, agree }: QueuedBatch,
  { store, queue }: BatchQueue,
  { rows }: Spool,
  signal: AbortSignal,
): Promise<BatchPlan | undefined> {
  const { terminal, client } = session;
  const space = nameSpace(files);
  const attach = stored && { attach: async (input: unknown) => input };
  const { plan } = await runBatch({
    ...{ client, model, rows, record: store.records, space, ...limits, signal, ...attach },
    ...(retry && { retry }),
    checkOnly: true,
  });
  if (isJson) terminal.out(putOnOneLine(printJson({ type: "plan", ...plan })));
  terminal.say(describePlan(plan, files.rows, model.id));
  refuseUnpriced(plan);
  if (plan.rows === 0) return undefined;
  if (plan.newRows > 0 && !(await agree(plan, signal))) return undefined;
  const fitting = () => readFitting(rows, model, stored !== undefined);
  const { problems } = await putRows(store, space, fitting(), {
    retry,
    prepare: async ({ key, input }) => {
      signal.throwIfAborted();
      if (await stored?.upload(input as FileInput, signal))
        terminal.live(`uploaded the files of ${plain(key)}`);
    },
  });
  terminal.live("");
  if (problems.length > 0)
    throw new CommandError(
      `Nothing was queued:\n${problems
        .slice(0, 20)
        .map(({ key, message }) => `  ${plain(key)}: ${message}`)
        .join("\n")}`,
      exitCodes.data,
    );
  await store.batches.write(space, limits);
  const queued = await queueRows(store, queue, space, readKeys(fitting()));
  if (queued > 0)
    terminal.say(`${queued} rows are queued. Workers run them:  ${self} work --queue URL --save DIR`);
  return plan;
}

async function* readFitting(
  rows: Spool["rows"],
  model: CheckedModel,
  hasFiles: boolean,
): AsyncGenerator<QueuedRow> {
  for await (const row of keyRows(rows, model.id))
    if (!row.isRepeated && checkRow(model, row, hasFiles).length === 0)
      yield { key: row.key, model: model.id, input: row.input };
}

async function* readKeys(rows: AsyncIterable<QueuedRow>): AsyncGenerator<string> {
  for await (const { key } of rows) yield key;
}

/** Shows the progress until all rows have ended. Gives undefined where a person leaves before that. */
async function follow(
  { session, files, limits, isJson }: QueuedBatch,
  { store }: BatchQueue,
  signal: AbortSignal,
): Promise<QueueProgress | undefined> {
  const { terminal } = session;
  let shown = "";
  let isLonely = false;
  while (!signal.aborted) {
    const progress = await store.batches.progress(nameSpace(files));
    const counted = toBatchProgress(progress);
    const line = `${describeProgress(counted, limits.maxUsd)}, ${count(progress.workers, "worker")}`;
    if (isJson && line !== shown) terminal.out(putOnOneLine(printJson({ type: "progress", ...progress })));
    else if (terminal.isWatched) terminal.live(line);
    else if (line !== shown) terminal.say(line);
    shown = line;
    const { states, unsaved, givenUp } = progress;
    const running = (states.accepted ?? 0) - givenUp;
    if (!states.new && !states.sending && running === 0 && unsaved === 0) return progress;
    if (progress.workers === 0 && !isLonely)
      terminal.say(`No worker is running. Start one:  ${self} work --queue URL --save DIR`);
    isLonely = progress.workers === 0;
    await pause(systemClock, 1000, signal).catch(() => {});
  }
  return undefined;
}

function toBatchProgress({ states, committedUsd }: QueueProgress): BatchProgress {
  const all = { ...countStates(), ...states };
  return { rows: Object.values(all).reduce((sum, rows) => sum + rows, 0), states: all, committedUsd };
}

async function finish(
  { session, files, isJson }: QueuedBatch,
  { store }: BatchQueue,
  progress: QueueProgress,
  plan: BatchPlan,
): Promise<void> {
  const { terminal } = session;
  const { states, committedUsd } = toBatchProgress(progress);
  terminal.live("");
  if (isJson) terminal.out(putOnOneLine(printJson({ type: "report", ...progress })));
  const counts = describeCounts(states) || "no rows";
  terminal.say(`${counts}; ${formatUsd(committedUsd)} committed. See ${files.results}.`);
  if (progress.givenUp > 0)
    terminal.say(
      `The service does not know the jobs of ${progress.givenUp} accepted rows: is the token of another account? Run the command again to have them asked for once more.`,
    );
  if (states.held > 0) terminal.say("Rows that are held go on once --max-usd is raised.");
  const unknown: string[] = [];
  const query = { origin: store.origin, space: nameSpace(files), state: "unknown", limit: 11 } as const;
  for await (const { key } of store.records.list(query)) unknown.push(key);
  if (unknown.length > 0) terminal.say(describeUnknown(unknown, files, " --queue URL"));
  // Rows that do not fit are not in the database.
  const all = { ...states, rejected: states.rejected + plan.states.rejected };
  process.exitCode = exitCodeOfStates(all) ?? (all.accepted > 0 ? exitCodes.temporary : exitCodes.ok);
}

async function* listResults({ store }: BatchQueue, space: string): AsyncGenerator<ResultLine> {
  for await (const record of store.records.list({ origin: store.origin, space })) yield toResultLine(record);
}
