import { randomUUID } from "node:crypto";
import { isRunComfyError } from "../../index.js";
import type { CheckedModel, Job } from "../../index.js";
import { checkSaveOptions } from "../../node/save/save-options.js";
import { readBalanceHint } from "../../node/record/balance-hint.js";
import type { FileStore } from "../../node/record/file-store.js";
import type { JobRecord, RecordId } from "../../once/record/record.js";
import { checkIntent } from "../../submit/prechecks.js";
import { systemClock } from "../../time/clock.js";
import { readHistory } from "../record/model-history.js";
import type { ModelHistory } from "../record/model-history.js";
import { openRecord } from "../record/user-record.js";
import { CommandError, exitCodes } from "../terminal/exit-code.js";
import { catchInterrupt } from "../terminal/interrupt.js";
import { plain, printJson } from "../terminal/screen.js";
import type { Terminal } from "../terminal/screen.js";
import { listNamed, readFields } from "./field-input.js";
import type { GivenFields } from "./field-input.js";
import type { FileBook, FileInput } from "../files/file-book.js";
import { noteFiles } from "../files/file-inputs.js";
import { makeFolder } from "../session/folders.js";
import { readPlaces, readPriceLimits, readTimeout } from "../session/job-args.js";
import type { SubmitArgs } from "../session/job-args.js";
import { finishJob } from "../job/job-ending.js";
import { formatWaitCommand } from "../job/job-hints.js";
import { showSubmit } from "../job/job-progress.js";
import { resolveModel } from "../session/model-resolving.js";
import { describeUnsent } from "../record/record-hints.js";
import { openSession } from "../session/session.js";
import type { Session } from "../session/session.js";
import { openOnce, trackNothing, trackRecord } from "../job/tracked-job.js";
import type { TrackedJob } from "../job/tracked-job.js";

/** A job that is to be started. */
export interface Order {
  readonly model: CheckedModel | string;
  readonly input: FileInput;
  /** The same key twice is one job. */
  readonly key: string;
  /** The fields that were given on the command line: their files may lie anywhere. */
  readonly named: ReadonlySet<string>;
}

/** `run ID` and `submit ID`: the fields are flags, `key=value` or a file. */
export async function runModel(
  terminal: Terminal,
  id: string,
  given: GivenFields,
  options: SubmitArgs,
): Promise<void> {
  checkArgs(options);
  const session = await openSession(terminal, options);
  const model = await resolveModel(session, id, options);
  const schema = typeof model === "string" ? undefined : model.input;
  const fields = { ...given, inputFile: options.input, schema };
  const input = await readFields(fields);
  await runOrder(session, { model, input, key: readKey(options), named: listNamed(fields) }, options);
}

/** Refuses invalid options of waiting and saving before anything is paid. */
export function checkArgs(options: SubmitArgs): void {
  readTimeout(options);
  readPriceLimits(options);
  checkSaveOptions({ directory: options.save ?? ".", ...readPlaces(options) });
  readKey(options);
}

/** The key of `--key`; without it each command is a job of its own. */
export function readKey({ key = randomUUID() }: SubmitArgs): string {
  if (key.trim() === "" || key.length > 500)
    throw new CommandError("--key takes a text of 1 to 500 characters.");
  return key;
}

/** Starts a job that is in the user's record before its first byte is sent, and waits for it unless told otherwise. */
export async function runOrder(session: Session, order: Order, options: SubmitArgs): Promise<void> {
  const { terminal } = session;
  const store = await openRecord(terminal);
  const interrupt = catchInterrupt();
  try {
    const validForMs = readTimeout(options);
    const { input, book } = await noteFiles(terminal, order, { ...options, validForMs }, interrupt.signal);
    const tracked = await submitOrder(
      session,
      store,
      { ...order, input },
      { ...options, book },
      interrupt.signal,
    );
    if (options.wait === false) printSubmitted(terminal, tracked.job, order, options);
    else await finishJob(session, tracked, options, interrupt.signal);
  } finally {
    interrupt.release();
    await store.close();
  }
}

async function submitOrder(
  session: Session,
  store: FileStore,
  order: Order,
  options: SubmitArgs & { readonly book: FileBook },
  signal: AbortSignal,
): Promise<TrackedJob> {
  const { client, terminal } = session;
  const { model, input, key } = order;
  const modelId = typeof model === "string" ? model : model.id;
  const history = await readHistory(store, client.origin, modelId);
  const known = await store.get({ origin: client.origin, space: "", key });
  // A job that is on record costs nothing more, whatever the price may be now.
  if (!known?.job) await checkOrder(session, order, options, history, signal);
  if (options.save !== undefined) await makeFolder(options.save);
  const balanceUsd = known?.job ? undefined : await readBalanceHint(client, { signal, ms: balanceMs });
  if (!known?.job) signal.throwIfAborted();
  const once = openOnce(session, store, readPriceLimits(options).assumeUsd);
  const { stop, ...callbacks } = showSubmit(session);
  let record: JobRecord;
  try {
    record = await once.submit(key, model, input, {
      ...callbacks,
      signal,
      balanceUsd,
      // The input has been checked, with its warnings.
      check: false,
      onJob: terminal.announce,
      attach: (given, call) => options.book.attach(given as FileInput, call),
    });
  } catch (error) {
    if (!isRunComfyError(error) || error.code !== "record" || !error.job) {
      await forgetUnsent(store, { origin: client.origin, space: "", key }, options);
      throw error;
    }
    // The job is paid, and only the record lacks it: the command still waits for it and saves its files.
    terminal.say(`Warning: ${plain(error.message)}`);
    process.exitCode = exitCodes.output;
    return trackNothing(client.job(error.job), input);
  } finally {
    stop();
  }
  if (!record.job) throw describeUnsent(record);
  if (known?.job) terminal.announce(record.job);
  const tracked = trackRecord(session, store, record, client.job(record.job));
  return { ...tracked, input, usualMs: history.usualMs };
}

/** Removes a job from the record that was never on the wire, such as one whose file could not be uploaded. */
async function forgetUnsent(store: FileStore, id: RecordId, { key }: SubmitArgs): Promise<void> {
  const record = await store.get(id).catch(() => undefined);
  const isUnsent = record?.state === "new" && (record.attempt === 0 || key === undefined);
  if (isUnsent) await store.forget([id]).catch(() => {});
}

/** The time after which a job is sent without the balance, which is only a hint. */
const balanceMs = 3000;

/** Checks input and price as the client does, before the record knows of the job: what is refused here needs no record. */
async function checkOrder(
  { terminal }: Session,
  { model, input }: Order,
  options: SubmitArgs,
  { highestUsd = 0 }: ModelHistory,
  signal: AbortSignal,
): Promise<void> {
  const { maxUsd, assumeUsd } = readPriceLimits(options);
  const modelId = typeof model === "string" ? model : model.id;
  const settings = {
    clock: systemClock,
    log: (_level: string, line: string) => terminal.say(`Warning: ${plain(line)}`),
  };
  await checkIntent(
    { model, modelId, input, signal, settings, timeoutMs: 60_000 },
    {
      check: options.check !== false,
      maxUsd,
      assumeUsd: assumeUsd === undefined ? undefined : Math.max(assumeUsd, highestUsd),
    },
  );
}

function printSubmitted(terminal: Terminal, job: Job, { key }: Order, options: SubmitArgs): void {
  if (options.json) terminal.out(printJson({ requestId: job.id, model: job.modelId, key }));
  else terminal.out(job.id);
  terminal.say(`Wait for it:  ${formatWaitCommand(job, options)}`);
}
