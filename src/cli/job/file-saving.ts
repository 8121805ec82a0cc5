import type { Job, JobResult } from "../../index.js";
import { EmptyOutputError, SaveError } from "../../node/save/save-error.js";
import { save } from "../../node/save/save.js";
import type { SaveReport } from "../../node/save/save-types.js";
import { CommandError, exitCodes } from "../terminal/exit-code.js";
import { describeError } from "../terminal/failure.js";
import { isInterruption } from "../terminal/interrupt.js";
import { unnamedModel } from "../terminal/invocation.js";
import { printJson } from "../terminal/screen.js";
import type { Terminal } from "../terminal/screen.js";
import { readPlaces } from "../session/job-args.js";
import type { SaveArgs } from "../session/job-args.js";
import { formatSaveCommand } from "./job-hints.js";
import { showSaving } from "./job-progress.js";
import { describeResult, printFiles } from "./result-printing.js";
import type { Session } from "../session/session.js";
import type { TrackedJob } from "./tracked-job.js";
import { parseUrl } from "../../input/parse-url.js";
import { isLocalHost } from "../../protocol/paths.js";

/**
 * Saves a result's files below `--save`, and notes them in the record of the job.
 *
 * @throws CommandError (73) where one could not be saved, with what is known of the job and the files that were: the job is paid.
 */
export async function saveFiles(
  session: Session,
  tracked: TrackedJob,
  result: JobResult,
  options: SaveArgs,
  signal: AbortSignal,
): Promise<SaveReport> {
  const { job, input } = tracked;
  const { model, ...unnamedResult } = result;
  try {
    const report = await save(model === unnamedModel ? unnamedResult : result, {
      directory: options.save ?? ".",
      ...(input !== undefined && { input }),
      force: options.force === true,
      ...readPlaces(options),
      allowLocalhost: isLocal(session.baseUrl),
      refresh: () => job.result({ signal }),
      onProgress: showSaving(session.terminal),
      signal,
    });
    await tracked.noteFiles(report);
    return report;
  } catch (error) {
    session.terminal.live("");
    if (error instanceof SaveError && error.report) await tracked.noteFiles(error.report);
    throw describeFailure(session.terminal, { job, result }, options, error);
  } finally {
    session.terminal.live("");
  }
}

/**
 * Prints the files that were saved all the same, and makes the error, which names the job and the command that fetches the rest.
 */
function describeFailure(
  terminal: Terminal,
  { job, result }: { readonly job: Job; readonly result: JobResult },
  options: SaveArgs,
  error: unknown,
): CommandError {
  const report = error instanceof SaveError ? error.report : undefined;
  const isEmpty = error instanceof EmptyOutputError;
  const fields = { cause: error, job: job.toJSON(), document: describeResult(job, result, report) };
  if (!options.json && report) printFiles(terminal, report);
  if (!options.json && isEmpty) terminal.out(printJson(result.output));
  if (isEmpty) return new CommandError(describeError(error), exitCodes.output, fields);
  const wayBack = `the rest can still be fetched:\n  ${formatSaveCommand(job, options)}`;
  return isInterruption(error)
    ? new CommandError(`Stopped saving. Job ${job.id} has ended; ${wayBack}`, exitCodes.general, fields)
    : new CommandError(
        `${describeError(error)}\nJob ${job.id} has ended and is paid; ${wayBack}`,
        exitCodes.output,
        fields,
      );
}

/** True for an address of this machine, where the emulator keeps its files. */
export function isLocal(baseUrl: string | undefined): boolean {
  return isLocalHost(parseUrl(baseUrl ?? "")?.hostname ?? "");
}
