import { isRunComfyError } from "../../index.js";
import type { Job, JobResult } from "../../index.js";
import { CommandError, exitCodeOf, exitCodes } from "../terminal/exit-code.js";
import type { ExitCode } from "../terminal/exit-code.js";
import { describeError } from "../terminal/failure.js";
import { isInterruption } from "../terminal/interrupt.js";
import { self } from "../terminal/invocation.js";
import { saveFiles } from "./file-saving.js";
import { readTimeout } from "../session/job-args.js";
import type { WaitArgs } from "../session/job-args.js";
import { formatWaitCommand } from "./job-hints.js";
import { showJob } from "./job-progress.js";
import { printResult } from "./result-printing.js";
import type { Session } from "../session/session.js";
import type { TrackedJob } from "./tracked-job.js";

/**
 * Waits for a job, saves its files if asked to, and prints the result.
 *
 * @throws CommandError where the wait ended before the job, with the command that resumes it.
 */
export async function finishJob(
  session: Session,
  tracked: TrackedJob,
  options: WaitArgs,
  signal: AbortSignal,
): Promise<void> {
  const result = await waitForResult(session, tracked, options, signal);
  const isSaving = options.save !== undefined;
  const report = isSaving ? await saveFiles(session, tracked, result, options, signal) : undefined;
  printResult(session.terminal, tracked.job, result, options, report);
}

async function waitForResult(
  session: Session,
  tracked: TrackedJob,
  options: WaitArgs,
  signal: AbortSignal,
): Promise<JobResult> {
  const { job, usualMs } = tracked;
  const progress = showJob(session, { usualMs });
  try {
    return await tracked.result({ signal, timeoutMs: readTimeout(options), onUpdate: progress.update });
  } catch (error) {
    progress.stop();
    if (isInterruption(error)) throw await stopWaiting(job, options);
    throw describeLoss(job, options, error);
  } finally {
    progress.stop();
  }
}

/** The error of a wait that has failed. The job was accepted: no exit code may say that nothing was paid. */
function describeLoss(job: Job, options: WaitArgs, error: unknown): unknown {
  const code = isRunComfyError(error) ? error.code : undefined;
  if (code === "job_failed" || code === "job_cancelled") return error;
  const resume = describeResume(job, options);
  if (isRunComfyError(error) && error.code === "job_timeout") {
    const last = error.lastStatus === undefined ? "" : ` (last status "${error.lastStatus}")`;
    error.message = `Job ${job.id} gave no result in time${last}. It may be billed. ${resume}`;
    return error;
  }
  const given = exitCodeOf(error);
  const kept: readonly ExitCode[] = [exitCodes.auth, exitCodes.temporary, exitCodes.output];
  const other = given === exitCodes.service ? exitCodes.temporary : exitCodes.general;
  const exitCode = kept.includes(given) ? given : other;
  return new CommandError(
    `${describeError(error)}\nJob ${job.id} was accepted and may be billed. ${resume}`,
    exitCode,
    { cause: error, job: job.toJSON() },
  );
}

function describeResume(job: Job, options: WaitArgs): string {
  return `Pick it up again:\n  ${formatWaitCommand(job, options)}`;
}

/** The message after Ctrl-C. */
async function stopWaiting(job: Job, options: WaitArgs): Promise<CommandError> {
  const resume = describeResume(job, options);
  const cancel = `${self} cancel ${job.id}`;
  const message = options.cancelOnInterrupt
    ? await cancelJob(job, resume)
    : `Stopped waiting. Job ${job.id} goes on and may be billed. ${resume}\nOr cancel it while it is queued:\n  ${cancel}`;
  return new CommandError(message, exitCodes.general, { job: job.toJSON() });
}

/** Cancels the job, and gives the message for the outcome. */
async function cancelJob(job: Job, resume: string): Promise<string> {
  try {
    const { outcome } = await job.cancel();
    return outcome === "cancelled"
      ? `Job ${job.id} is cancelled.`
      : `Job ${job.id} cannot be cancelled any more: it goes on and will be billed. ${resume}`;
  } catch (error) {
    return `Job ${job.id} could not be cancelled: ${describeError(error)} It may go on and be billed. ${resume}`;
  }
}
