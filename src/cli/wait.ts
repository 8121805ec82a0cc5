import { isRunComfyError } from "../index.js";
import type { Job, JobResult } from "../index.js";
import { save } from "../node/save/save.js";
import type { SaveReport } from "../node/save/save-types.js";
import { Interrupted, catchInterrupt } from "./interrupt.js";
import { CommandError, exitCodes } from "./exit.js";
import { describeUpdate, showJob, showSaving } from "./progress.js";
import { quote } from "./shell.js";
import { timeoutOf } from "./session.js";
import type { ServiceOptions, Session } from "./session.js";
import { printJson } from "./terminal.js";
import type { Terminal } from "./terminal.js";
import { self, unnamedModel } from "./words.js";

/** What `run`, `wait` and `save` take. */
export interface WaitWords extends ServiceOptions {
  readonly save?: string | undefined;
  readonly force?: boolean | undefined;
  readonly cancelOnInterrupt?: boolean | undefined;
}

/** Waits for a job, saves its files where asked, and prints the outcome. Ctrl-C stops the waiting and prints the way back. */
export async function finishJob(
  session: Session,
  job: Job,
  options: WaitWords,
  input?: unknown,
): Promise<void> {
  const { terminal } = session;
  const interrupt = catchInterrupt();
  const progress = showJob(terminal);
  try {
    const result = await job.result({
      signal: interrupt.signal,
      timeoutMs: timeoutOf(options),
      onUpdate: progress.update,
    });
    progress.stop();
    const report =
      options.save === undefined
        ? undefined
        : await saveFiles(session, job, result, options, interrupt.signal, input);
    printResult(terminal, job, result, options, report);
  } catch (error) {
    progress.stop();
    if (error instanceof Interrupted) await stopWaiting(job, options);
    if (isRunComfyError(error) && error.code === "job_timeout") {
      const last = error.lastStatus === undefined ? "" : ` (last status "${error.lastStatus}")`;
      error.message = `Job ${job.id} gave no result in time${last}. It may be billed. ${wayBack(job, options)}`;
    }
    throw error;
  } finally {
    interrupt.release();
  }
}

/** Saves a result's files below `--save`. */
export async function saveFiles(
  session: Session,
  job: Job,
  result: JobResult,
  options: WaitWords,
  signal: AbortSignal,
  input?: unknown,
): Promise<SaveReport> {
  const { terminal, baseUrl } = session;
  const isLocal =
    baseUrl !== undefined && ["localhost", "127.0.0.1", "[::1]"].includes(new URL(baseUrl).hostname);
  const { model, ...facts } = result;
  const isNamed = model !== unnamedModel;
  try {
    return await save(isNamed ? result : facts, {
      directory: options.save ?? ".",
      ...(input !== undefined && { input }),
      force: options.force === true,
      allowLocalhost: isLocal,
      refresh: () => job.result({ signal }),
      onProgress: showSaving(terminal),
      signal,
    });
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    throw new CommandError(
      `Stopped saving. Job ${job.id} has ended; the rest can still be fetched:\n  ${saveCommand(job, options)}`,
      exitCodes.general,
      job.id,
    );
  } finally {
    terminal.live("");
  }
}

/** Prints a result: as JSON, or the saved paths, or what it links to. */
export function printResult(
  terminal: Terminal,
  job: Job,
  result: JobResult,
  options: WaitWords,
  report: SaveReport | undefined,
): void {
  if (options.json) {
    const files = report?.files.map(({ path, bytes, sha256, contentType }) => ({
      path,
      bytes,
      sha256,
      contentType,
    }));
    const { requestId, output, cost, createdAt, finishedAt } = result;
    terminal.out(
      printJson({
        requestId,
        ...(job.modelId !== unnamedModel && { model: job.modelId }),
        output,
        cost,
        createdAt,
        finishedAt,
        files,
        manifest: report?.manifest,
      }),
    );
    return;
  }
  terminal.say(
    `${terminal.paint("green", "Done.")} Job ${job.id}${result.cost === undefined ? "" : `, $${result.cost}`}.`,
  );
  if (report) {
    for (const file of report.files) terminal.out(file.path);
    for (const file of report.files)
      for (const warning of file.warnings) terminal.say(`Warning: ${file.name}: ${warning}`);
    return;
  }
  terminal.out(printJson(result.output));
  terminal.say(`The files are kept for a limited time. Save them:  ${saveCommand(job, options)}`);
}

function saveCommand(job: Job, { save: folder = "." }: WaitWords): string {
  return `${self} save ${job.id}${modelWords(job)} --save ${quote(folder)}`;
}
function modelWords(job: Job): string {
  return job.modelId === unnamedModel ? "" : ` --model ${quote(job.modelId)}`;
}

function wayBack(job: Job, { save: folder }: WaitWords): string {
  return `Pick it up again:\n  ${self} wait ${job.id}${modelWords(job)}${folder === undefined ? "" : ` --save ${quote(folder)}`}`;
}

async function stopWaiting(job: Job, options: WaitWords): Promise<never> {
  const way = wayBack(job, options);
  if (!options.cancelOnInterrupt) {
    throw new CommandError(
      `Stopped waiting. Job ${job.id} goes on and may be billed. ${way}\nOr cancel it while it is queued:\n  ${self} cancel ${job.id}`,
      exitCodes.general,
      job.id,
    );
  }
  let outcome: string;
  try {
    ({ outcome } = await job.cancel());
  } catch (error) {
    throw new CommandError(
      `Job ${job.id} could not be cancelled: ${(error as Error).message} It may go on and be billed. ${way}`,
      exitCodes.general,
      job.id,
    );
  }
  if (outcome === "cancelled")
    throw new CommandError(`Job ${job.id} is cancelled.`, exitCodes.general, job.id);
  throw new CommandError(
    `Job ${job.id} cannot be cancelled any more: it goes on and will be billed. ${way}`,
    exitCodes.general,
    job.id,
  );
}

/** One look at a job, printed. */
export async function printStatus(session: Session, job: Job, options: ServiceOptions): Promise<void> {
  const update = await job.status();
  if (options.json) session.terminal.out(printJson(update));
  else {
    session.terminal.out(describeUpdate(update));
    if (update.status === "completed")
      session.terminal.say(`It has ended. Whether well, and what it made:  ${self} result ${job.id}`);
  }
}
