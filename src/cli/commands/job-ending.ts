import { isRunComfyError } from "../../index.js";
import type { Job, JobResult } from "../../index.js";
import { save } from "../../node/save/save.js";
import type { SaveReport } from "../../node/save/save-types.js";
import { CommandError, exitCodes } from "../terminal/exit-code.js";
import { catchInterrupt, isInterruption } from "../terminal/interrupt.js";
import { self, unnamedModel } from "../terminal/invocation.js";
import { printJson } from "../terminal/screen.js";
import type { Terminal } from "../terminal/screen.js";
import { quote } from "../terminal/shell-word.js";
import { readTimeout } from "./job-args.js";
import type { WaitArgs } from "./job-args.js";
import { showJob, showSaving } from "./job-progress.js";
import type { Session } from "./session.js";

/** Waits for a job, saves its files if asked to, and prints the result. Ctrl-C ends the wait and prints the command that resumes it. */
export async function finishJob(
  session: Session,
  job: Job,
  options: WaitArgs,
  input?: unknown,
): Promise<void> {
  const interrupt = catchInterrupt();
  const { signal } = interrupt;
  const progress = showJob(session.terminal);
  try {
    const timeoutMs = readTimeout(options);
    const result = await job.result({ signal, timeoutMs, onUpdate: progress.update });
    progress.stop();
    const isSaving = options.save !== undefined;
    const report = isSaving ? await saveFiles(session, job, result, options, signal, input) : undefined;
    printResult(session.terminal, job, result, options, report);
  } catch (error) {
    progress.stop();
    if (isInterruption(error)) await stopWaiting(job, options);
    if (isRunComfyError(error) && error.code === "job_timeout") {
      const last = error.lastStatus === undefined ? "" : ` (last status "${error.lastStatus}")`;
      error.message = `Job ${job.id} gave no result in time${last}. It may be billed. ${describeResume(job, options)}`;
    }
    throw error;
  } finally {
    interrupt.release();
  }
}

/** Saves a result's files below `--save`. */
export async function saveFiles(
  { terminal, baseUrl }: Session,
  job: Job,
  result: JobResult,
  options: WaitArgs,
  signal: AbortSignal,
  input?: unknown,
): Promise<SaveReport> {
  const { model, ...unnamedResult } = result;
  try {
    return await save(model === unnamedModel ? unnamedResult : result, {
      directory: options.save ?? ".",
      ...(input !== undefined && { input }),
      force: options.force === true,
      allowLocalhost: isLocal(baseUrl),
      refresh: () => job.result({ signal }),
      onProgress: showSaving(terminal),
      signal,
    });
  } catch (error) {
    if (!isInterruption(error)) throw error;
    throw new CommandError(
      `Stopped saving. Job ${job.id} has ended; the rest can still be fetched:\n  ${formatSaveCommand(job, options)}`,
      exitCodes.general,
      job.id,
    );
  } finally {
    terminal.live("");
  }
}

function isLocal(baseUrl: string | undefined): boolean {
  return baseUrl !== undefined && ["localhost", "127.0.0.1", "[::1]"].includes(new URL(baseUrl).hostname);
}

/** Prints a result: as JSON, as the paths of saved files, or as the output with its links. */
export function printResult(
  terminal: Terminal,
  job: Job,
  result: JobResult,
  options: WaitArgs,
  report: SaveReport | undefined,
): void {
  if (options.json) return terminal.out(formatResult(job, result, report));
  const cost = result.cost === undefined ? "" : `, $${result.cost}`;
  terminal.say(`${terminal.paint("green", "Done.")} Job ${job.id}${cost}.`);
  if (report) return printFiles(terminal, report);
  terminal.out(printJson(result.output));
  terminal.say(`The files are kept for a limited time. Save them:  ${formatSaveCommand(job, options)}`);
}

function formatResult(job: Job, result: JobResult, report: SaveReport | undefined): string {
  const { requestId, output, cost, createdAt, finishedAt } = result;
  return printJson({
    requestId,
    ...(job.modelId !== unnamedModel && { model: job.modelId }),
    output,
    cost,
    createdAt,
    finishedAt,
    files: report?.files.map(({ path, bytes, sha256, contentType }) => ({
      path,
      bytes,
      sha256,
      contentType,
    })),
    manifest: report?.manifest,
  });
}

function printFiles(terminal: Terminal, { files }: SaveReport): void {
  for (const { path } of files) terminal.out(path);
  for (const { name, warnings } of files)
    for (const warning of warnings) terminal.say(`Warning: ${name}: ${warning}`);
}

function formatSaveCommand(job: Job, { save: folder = "." }: WaitArgs): string {
  return `${self} save ${job.id}${formatModelFlag(job)} --save ${quote(folder)}`;
}

function formatModelFlag(job: Job): string {
  return job.modelId === unnamedModel ? "" : ` --model ${quote(job.modelId)}`;
}

function describeResume(job: Job, { save: folder }: WaitArgs): string {
  const saving = folder === undefined ? "" : ` --save ${quote(folder)}`;
  return `Pick it up again:\n  ${self} wait ${job.id}${formatModelFlag(job)}${saving}`;
}

async function stopWaiting(job: Job, options: WaitArgs): Promise<never> {
  const resume = describeResume(job, options);
  if (!options.cancelOnInterrupt) {
    throw new CommandError(
      `Stopped waiting. Job ${job.id} goes on and may be billed. ${resume}\nOr cancel it while it is queued:\n  ${self} cancel ${job.id}`,
      exitCodes.general,
      job.id,
    );
  }
  throw new CommandError(await cancelJob(job, resume), exitCodes.general, job.id);
}

/** Cancels the job, and gives the message for the outcome. */
async function cancelJob(job: Job, resume: string): Promise<string> {
  try {
    const { outcome } = await job.cancel();
    return outcome === "cancelled"
      ? `Job ${job.id} is cancelled.`
      : `Job ${job.id} cannot be cancelled any more: it goes on and will be billed. ${resume}`;
  } catch (error) {
    return `Job ${job.id} could not be cancelled: ${(error as Error).message} It may go on and be billed. ${resume}`;
  }
}
