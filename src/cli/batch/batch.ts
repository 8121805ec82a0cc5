import { dirname, resolve } from "node:path";
import type { CheckedModel } from "../../index.js";
import type { BatchEvent, BatchOptions, BatchPlan } from "../../node/batch/batch-types.js";
import { runBatch } from "../../node/batch/run-batch.js";
import { checkSaveOptions } from "../../node/save/save-options.js";
import type { SourceArgs } from "../models/own-models.js";
import { CommandError, exitCodes } from "../terminal/exit-code.js";
import { limitHeapGrowth } from "../terminal/heap-growth.js";
import { catchInterrupt } from "../terminal/interrupt.js";
import { plain, printJson, putOnOneLine } from "../terminal/screen.js";
import type { Terminal } from "../terminal/screen.js";
import { describeCommands } from "./batch-commands.js";
import { agree } from "./batch-consent.js";
import { exitCodeOfBatch, printReport } from "./batch-ending.js";
import { listBatch, nameFiles, openRows } from "./batch-files.js";
import type { BatchFiles } from "./batch-files.js";
import { describePlan, nameRows, printProblems, showBatch } from "./batch-progress.js";
import { mayHoldFiles, noteRows, openRowBook, readFileOptions } from "../files/file-inputs.js";
import type { FileInput } from "../files/file-book.js";
import { isLocal } from "../job/file-saving.js";
import { makeFolder } from "../session/folders.js";
import { readPlaces, readPriceLimits, readTimeout } from "../session/job-args.js";
import type { FileArgs, WaitArgs } from "../session/job-args.js";
import { readCount } from "./queue-args.js";
import type { QueuedFiles } from "./queue-files.js";
import { openBatchRecords } from "./queue-records.js";
import { resolveModel } from "../session/model-resolving.js";
import { openSession } from "../session/session.js";
import type { Session } from "../session/session.js";
import { readUploadPlace } from "../files/upload-place.js";

/** The options of `batch`, as commander gives them. */
export interface BatchArgs extends Omit<WaitArgs, "cancelOnInterrupt" | "force">, FileArgs, SourceArgs {
  readonly maxUsd?: string;
  readonly assumeUsd?: string;
  readonly check?: boolean;
  readonly yes?: boolean;
  readonly submits?: string;
  readonly running?: string;
  readonly results?: string;
  readonly format?: string;
  readonly fetchMissing?: boolean;
  /** The address of a PostgreSQL database. */
  readonly queue?: string;
}

/** `batch MODEL FILE`: a job for each row of a file, each paid once however often the command is run. */
export async function startBatch(
  terminal: Terminal,
  modelId: string,
  rows: string,
  options: BatchArgs,
): Promise<void> {
  const session = await openSession(terminal, options);
  const model = await resolveModel(session, modelId, options);
  if (typeof model === "string") throw refuseUnchecked(model);
  const files = nameFiles(rows, options.results);
  await (options.queue === undefined || options.check ? runRows : queueRows)(session, model, files, options);
}

/** Queues the rows for the workers of a queue. */
async function queueRows(
  session: Session,
  model: CheckedModel,
  files: BatchFiles,
  options: BatchArgs,
  retry?: "failed",
): Promise<void> {
  const { terminal } = session;
  const { runQueuedBatch } = await import("./queue-batch.js");
  await runQueuedBatch({
    session,
    model,
    files,
    address: options.queue ?? "",
    format: readFormat(options),
    limits: readPriceLimits(options),
    isJson: options.json === true,
    retry,
    stored: await openStoredFiles(terminal, model, files, options),
    agree: (plan, signal) => agree(terminal, plan, options, signal),
  });
}

/** The files of queued rows; workers on other machines need them in a storage. */
async function openStoredFiles(
  terminal: Terminal,
  model: CheckedModel,
  { rows }: BatchFiles,
  options: BatchArgs,
): Promise<QueuedFiles | undefined> {
  const { upload, allowDir } = options;
  if (upload === undefined && allowDir === undefined) return undefined;
  if (upload === undefined)
    throw new CommandError(
      "With --queue, --allow-dir needs --upload: workers on other machines have no files of this one.",
    );
  const { createQueuedFiles } = await import("./queue-files.js");
  const { upload: _upload, ...places } = readFileOptions(terminal, options, dirname(resolve(rows)));
  return createQueuedFiles(model, readUploadPlace(upload), { ...places, validForMs: dayMs });
}

/** `batch retry FILE --failed`: runs a batch again with another job for each row that failed. */
export async function retryBatch(
  terminal: Terminal,
  rows: string,
  options: BatchArgs & { readonly failed?: boolean },
): Promise<void> {
  if (!options.failed)
    throw new CommandError(
      "Say which rows: --failed tries those that failed, were cancelled or were rejected again.",
    );
  const session = await openSession(terminal, options);
  const files = nameFiles(rows, options.results);
  const { origin } = session.client;
  const { store, space, close } = await openBatchRecords(terminal, files, origin, options);
  let id: string | undefined;
  for await (const record of store.list({ origin, space, limit: 1 })) id = record.model;
  await close();
  if (id === undefined) {
    const place = options.queue === undefined ? files.record : "The queue";
    throw new CommandError(`${place} has no rows of ${session.host} for ${files.rows}.`, exitCodes.data);
  }
  const model = await resolveModel(session, id, options);
  if (typeof model === "string") throw refuseUnchecked(id);
  await (options.queue === undefined ? runRows : queueRows)(session, model, files, options, "failed");
}

/** The error for a model without a published schema: its rows could not be checked. */
function refuseUnchecked(id: string): CommandError {
  return new CommandError(
    `batch needs a model whose fields are known, so that the rows can be checked; the schema of ${plain(id)} is not published.`,
    exitCodes.data,
  );
}

async function runRows(
  session: Session,
  model: CheckedModel,
  files: BatchFiles,
  options: BatchArgs,
  retry?: "failed",
): Promise<void> {
  const { terminal } = session;
  limitHeapGrowth();
  const settings = readSettings(session, options);
  const { timeoutMs: validForMs = dayMs } = settings;
  const display = options.json ? { onEvent: printEvent(terminal) } : showBatch(terminal, settings.maxUsd);
  const book = openRowBook(terminal, model, dirname(resolve(files.rows)), {
    ...options,
    ...display,
    validForMs,
  });
  const interrupt = catchInterrupt();
  sayStopping(terminal, interrupt.signal);
  const rows = openRows(files, model, readFormat(options), interrupt.signal);
  try {
    const report = await runBatch({
      ...settings,
      client: session.client,
      model,
      // Rows without files can be read several times; others are copied, with hashes in place of the files.
      rows: mayHoldFiles(model) ? noteRows(rows, book, interrupt.signal) : rows,
      attach: (input, call) => book.attach(input as FileInput, call),
      record: files.record,
      results: files.results,
      signal: interrupt.signal,
      ...(retry && { retry }),
      onEvent: options.check && !options.json ? printProblems(terminal, display.onEvent) : display.onEvent,
      onPlan: async (plan) => {
        if (options.json) printLine(terminal, { type: "plan", ...plan });
        terminal.say(describePlan(plan, files.rows, model.id));
        const isAgreed = plan.newRows === 0 || (await agree(terminal, plan, options, interrupt.signal));
        if (!isAgreed) return false;
        if (options.save !== undefined && plan.rows > 0) await makeFolder(options.save);
        if (plan.newRows + plan.knownRows > 0) await listBatch(session, files, model.id);
        return true;
      },
    });
    terminal.live("");
    if (options.check) return printCheck(terminal, report.plan, files, options);
    printReport(terminal, report, files, {
      ...describeCommands(retry ? undefined : model.id),
      isJson: options.json === true,
    });
    process.exitCode = exitCodeOfBatch(report);
  } finally {
    interrupt.release();
  }
}

/** The time for which a batch waits for a job, unless told otherwise. */
const dayMs = 86_400_000;

type Settings = Pick<
  BatchOptions,
  "directory" | "save" | "submits" | "running" | "maxUsd" | "assumeUsd" | "timeoutMs" | "checkOnly" | "fetch"
>;

function readSettings(session: Session, options: BatchArgs): Settings {
  const timeoutMs = readTimeout(options);
  checkSaveOptions({ directory: options.save ?? ".", ...readPlaces(options) });
  return {
    ...readPriceLimits(options),
    ...(options.save !== undefined && { directory: options.save }),
    save: { ...readPlaces(options), allowLocalhost: isLocal(session.baseUrl) },
    submits: readCount("--submits", options.submits),
    running: readCount("--running", options.running),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(options.check && { checkOnly: true }),
    ...(options.fetchMissing && { fetch: "missing" }),
  };
}

function readFormat({ format }: BatchArgs): { readonly format?: "csv" | "jsonl" } {
  if (format === undefined) return {};
  if (format === "csv" || format === "jsonl") return { format };
  throw new CommandError(`--format takes csv or jsonl. Given: ${JSON.stringify(format)}.`);
}

/** The end of `--check`. */
function printCheck(terminal: Terminal, plan: BatchPlan, { rows }: BatchFiles, options: BatchArgs): void {
  if (options.json) printLine(terminal, { type: "plan", ...plan });
  const bad = plan.states.rejected;
  if (plan.rows === 0) terminal.say(`${nameRows(rows)} has no rows. Nothing was sent.`);
  else if (bad === 0) terminal.say(`All ${plan.rows} rows fit. Nothing was sent.`);
  else terminal.say(`${bad} of ${plan.rows} rows do not fit. Nothing was sent.`);
  process.exitCode = bad === 0 ? exitCodes.ok : exitCodes.data;
}

/** Answers Ctrl-C at once: the answers on the wire may take seconds, and a second Ctrl-C ends the process without its last words. */
function sayStopping(terminal: Terminal, signal: AbortSignal): void {
  const text =
    "Stopping: nothing more is sent, and running jobs go on. Answers that are on the wire are awaited for at most 6 s; " +
    "Ctrl-C again ends at once. The same command goes on.";
  signal.addEventListener("abort", () => terminal.say(text), { once: true });
}

function printEvent(terminal: Terminal): (event: BatchEvent) => void {
  return (event) => {
    printLine(terminal, event);
    if (event.type === "notice") terminal.say(`Notice: ${plain(event.message)}`);
  };
}

/** An event as one line of JSON. */
function printLine(terminal: Terminal, value: object): void {
  terminal.out(putOnOneLine(printJson(value)));
}
