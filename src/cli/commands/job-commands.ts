import { isRunComfyError } from "../../index.js";
import type { Job } from "../../index.js";
import { systemClock } from "../../time/clock.js";
import { CommandError, exitCodes } from "../terminal/exit-code.js";
import { catchInterrupt } from "../terminal/interrupt.js";
import { self, unnamedModel } from "../terminal/invocation.js";
import { printJson } from "../terminal/screen.js";
import type { Terminal } from "../terminal/screen.js";
import { saveFiles } from "./file-saving.js";
import { readTimeout } from "./job-args.js";
import type { JobArgs } from "./job-args.js";
import { finishJob } from "./job-ending.js";
import { describeUpdate } from "./job-progress.js";
import { printResult } from "./result-printing.js";
import { openSession } from "./session.js";
import type { Session } from "./session.js";

/** Picks up a job that was submitted before, by this or another process. */
async function openJob(
  terminal: Terminal,
  requestId: string,
  options: JobArgs,
): Promise<{ session: Session; job: Job }> {
  const session = await openSession(terminal, options);
  return { session, job: session.client.job(options.model ?? unnamedModel, requestId) };
}

/** `status REQUEST`: one status request. */
export async function showStatus(terminal: Terminal, requestId: string, options: JobArgs): Promise<void> {
  const { job } = await openJob(terminal, requestId, options);
  const update = await job.status();
  if (options.json) return terminal.out(printJson(update));
  terminal.out(describeUpdate(update));
  if (update.status === "completed")
    terminal.say(`It has ended. Show its outcome:  ${self} result ${job.id}`);
}

/** `wait REQUEST`: waits until the job's end. */
export async function waitForJob(terminal: Terminal, requestId: string, options: JobArgs): Promise<void> {
  const { session, job } = await openJob(terminal, requestId, options);
  const interrupt = catchInterrupt();
  try {
    await refuseMissing(job, interrupt.signal);
    await finishJob(session, job, options, interrupt.signal);
  } finally {
    interrupt.release();
  }
}

/** A job that was just submitted may be unknown to some of the service's machines; a mistyped id is told from it after a few seconds. */
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
export async function showResult(terminal: Terminal, requestId: string, options: JobArgs): Promise<void> {
  const { job } = await openJob(terminal, requestId, options);
  await refuseUnfinished(job);
  printResult(terminal, job, await job.result({ timeoutMs: readTimeout(options) }), options, undefined);
}

/** `save REQUEST`: the files of a job that has ended. */
export async function saveJob(terminal: Terminal, requestId: string, options: JobArgs): Promise<void> {
  const { session, job } = await openJob(terminal, requestId, options);
  await refuseUnfinished(job);
  const interrupt = catchInterrupt();
  try {
    const result = await job.result({ signal: interrupt.signal, timeoutMs: readTimeout(options) });
    const report = await saveFiles(session, { job, result }, options, interrupt.signal);
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
export async function cancelJob(terminal: Terminal, requestId: string, options: JobArgs): Promise<void> {
  const { job } = await openJob(terminal, requestId, options);
  const { outcome } = await job.cancel();
  if (options.json) terminal.out(printJson({ requestId: job.id, outcome }));
  else if (outcome === "cancelled") terminal.out("cancelled");
  else {
    terminal.out("not_cancellable");
    terminal.say("Only queued jobs can be cancelled. This one runs or has ended, and is billed.");
  }
  if (outcome !== "cancelled") process.exitCode = exitCodes.general;
}
