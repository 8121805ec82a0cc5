import { isRunComfyError } from "../../index.js";
import type { Job } from "../../index.js";
import type { Store } from "../../once/record/store.js";
import { systemClock } from "../../time/clock.js";
import { findLast, findRecord } from "../record/job-lookup.js";
import { readHistory } from "../record/model-history.js";
import { openRecordIfThere } from "../record/user-record.js";
import { CommandError, exitCodes } from "../terminal/exit-code.js";
import { catchInterrupt } from "../terminal/interrupt.js";
import { self, unnamedModel } from "../terminal/invocation.js";
import { plain, printJson } from "../terminal/screen.js";
import type { Terminal } from "../terminal/screen.js";
import { saveFiles } from "./file-saving.js";
import { readTimeout } from "../session/job-args.js";
import type { JobArgs } from "../session/job-args.js";
import { finishJob } from "./job-ending.js";
import { describeUpdate } from "./job-progress.js";
import { describeUnsent } from "../record/record-hints.js";
import { printResult } from "./result-printing.js";
import { openSession } from "../session/session.js";
import type { Session } from "../session/session.js";
import { trackNothing, trackRecord } from "./tracked-job.js";
import type { TrackedJob } from "./tracked-job.js";

/** A job that was started before, by this or another process. */
interface OpenedJob {
  readonly session: Session;
  readonly job: Job;
  readonly tracked: TrackedJob;
  /** True where the record says that the service has accepted the job, so that its id is not mistyped. */
  readonly isKnown: boolean;
}

/** Picks up a job by its request id, by its key in the user's record, or with `--last`. */
async function openJob(terminal: Terminal, name: string | undefined, options: JobArgs): Promise<OpenedJob> {
  if ((name === undefined) === (options.last !== true))
    throw new CommandError("Give the request id of one job, or --last for the job that was started last.");
  const session = await openSession(terminal, options);
  const { client } = session;
  const store = await openRecordIfThere(terminal);
  const record =
    store && (await (name === undefined ? findLast : findRecord)(store, client.origin, name ?? ""));
  const isOnlyKey = record !== undefined && record.key === name;
  if (isOnlyKey && !record.job) throw describeUnsent(record);
  const id = isOnlyKey || name === undefined ? record?.job?.id : name;
  if (id === undefined) throw new CommandError("No job is on record yet: give a request id.", exitCodes.data);
  const job = client.job(options.model ?? record?.model ?? unnamedModel, id);
  if (!store || !record) return { session, job, tracked: trackNothing(job), isKnown: false };
  if (name !== id) terminal.say(`Job ${id} of ${plain(record.model)}.`);
  const tracked = trackRecord(session, store, record, job);
  return { session, job, tracked: { ...tracked, ...(await readUsual(store, session, job)) }, isKnown: true };
}

async function readUsual(store: Store, { client }: Session, job: Job): Promise<Pick<TrackedJob, "usualMs">> {
  return { usualMs: (await readHistory(store, client.origin, job.modelId)).usualMs };
}

/** `status REQUEST`: one status request. */
export async function showStatus(
  terminal: Terminal,
  name: string | undefined,
  options: JobArgs,
): Promise<void> {
  const { job } = await openJob(terminal, name, options);
  const update = await job.status();
  if (options.json) return terminal.out(printJson(update));
  terminal.out(describeUpdate(update));
  if (update.status === "completed")
    terminal.say(`It has ended. Show its outcome:  ${self} result ${job.id}`);
}

/** `wait REQUEST`: waits until the job's end. */
export async function waitForJob(
  terminal: Terminal,
  name: string | undefined,
  options: JobArgs,
): Promise<void> {
  readTimeout(options);
  const { session, job, tracked, isKnown } = await openJob(terminal, name, options);
  const interrupt = catchInterrupt();
  try {
    if (!isKnown) await refuseMissing(job, interrupt.signal);
    await finishJob(session, tracked, options, interrupt.signal);
  } finally {
    interrupt.release();
  }
}

/**
 * The most requests that check an id. A new job may be unknown to some of the service's machines for a few seconds; a mistyped id
 * stays unknown.
 */
const mostChecks = 5;

/** Rejects with a NotFoundError, once, where the service knows no such job. Passing trouble is left to the wait. */
async function refuseMissing(job: Job, signal: AbortSignal): Promise<void> {
  for (let checks = 1; ; checks++) {
    try {
      return void (await job.status({ signal, tolerant: true }));
    } catch (error) {
      if (!isRunComfyError(error) || error.code !== "not_found" || checks === mostChecks) throw error;
    }
    await systemClock.sleep(1000, signal);
  }
}

/** `result REQUEST`: the result of a job that has ended; exit code 75 for any other job. */
export async function showResult(
  terminal: Terminal,
  name: string | undefined,
  options: JobArgs,
): Promise<void> {
  const { job, tracked } = await openJob(terminal, name, options);
  await refuseUnfinished(job);
  const result = await tracked.result({ timeoutMs: readTimeout(options) });
  printResult(terminal, job, result, options, undefined);
}

/** `save REQUEST`: the files of a job that has ended. */
export async function saveJob(terminal: Terminal, name: string | undefined, options: JobArgs): Promise<void> {
  const { session, job, tracked } = await openJob(terminal, name, options);
  await refuseUnfinished(job);
  const interrupt = catchInterrupt();
  try {
    const result = await tracked.result({ signal: interrupt.signal, timeoutMs: readTimeout(options) });
    const report = await saveFiles(session, tracked, result, options, interrupt.signal);
    printResult(terminal, job, result, options, report);
  } finally {
    interrupt.release();
  }
}

async function refuseUnfinished(job: Job): Promise<void> {
  const { status } = await job.status();
  if (status === "in_queue" || status === "in_progress" || status === "unknown") {
    throw new CommandError(
      `Job ${job.id} has not ended yet (${status}). Wait for it:  ${self} wait ${job.id}`,
      exitCodes.temporary,
      { job: job.toJSON() },
    );
  }
}

/** `cancel REQUEST`: cancels a job that is still queued. */
export async function cancelJob(
  terminal: Terminal,
  name: string | undefined,
  options: JobArgs,
): Promise<void> {
  const { job } = await openJob(terminal, name, options);
  const { outcome } = await job.cancel();
  if (options.json) terminal.out(printJson({ requestId: job.id, outcome }));
  else if (outcome === "cancelled") terminal.out("cancelled");
  else {
    terminal.out("not_cancellable");
    terminal.say("Only queued jobs can be cancelled. This one runs or has ended, and is billed.");
  }
  if (outcome !== "cancelled") process.exitCode = exitCodes.general;
}
