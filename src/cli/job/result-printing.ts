import { formatUsd } from "../terminal/money.js";
import type { Job, JobResult } from "../../index.js";
import type { SaveReport } from "../../node/save/save-types.js";
import { unnamedModel } from "../terminal/invocation.js";
import { plain, printJson } from "../terminal/screen.js";
import type { Terminal } from "../terminal/screen.js";
import type { SaveArgs } from "../session/job-args.js";
import { formatSaveCommand } from "./job-hints.js";
import { toRecordedFiles } from "../../node/save/recorded-files.js";

/** Prints a result: as JSON, as the paths of saved files, or as the output with its links and the command that saves them. */
export function printResult(
  terminal: Terminal,
  job: Job,
  result: JobResult,
  options: SaveArgs,
  report: SaveReport | undefined,
): void {
  const cost = result.cost === undefined ? "" : `, ${formatUsd(result.cost)}`;
  terminal.say(`${terminal.paint("green", "Done.")} Job ${job.id}${cost}.`);
  if (options.json) terminal.out(printJson(describeResult(job, result, report)));
  else if (report) printFiles(terminal, report);
  else terminal.out(printJson(result.output));
  if (!report && holdsAddress(result.output))
    terminal.say(`The files are kept for a limited time. Save them:  ${formatSaveCommand(job, options)}`);
}

/** Prints the paths of saved files, their warnings, and the links that could not be fetched. */
export function printFiles(terminal: Terminal, { files, failed }: SaveReport): void {
  for (const { path } of files) terminal.out(path);
  for (const { name, warnings } of files)
    for (const warning of warnings) terminal.say(`Warning: ${name}: ${plain(warning)}`);
  // The error names the files of the job that failed; links fail nothing.
  for (const { role, from, error } of failed)
    if (role === "link") terminal.say(`Warning: a link is not saved: ${from[0]}: ${plain(error.message)}`);
}

/** The document that `--json` prints: the result, the files that were saved and those that were not. */
export function describeResult(job: Job, result: JobResult, report: SaveReport | undefined): object {
  const { requestId, output, cost, createdAt, finishedAt } = result;
  const files = report && toRecordedFiles(report.files);
  const failed = report?.failed.map(({ from, url, error }) => ({ from, url, message: plain(error.message) }));
  return {
    requestId,
    ...(job.modelId !== unnamedModel && { model: job.modelId }),
    output,
    cost,
    createdAt,
    finishedAt,
    files,
    ...(failed?.length && { failed }),
    manifest: report?.manifest,
  };
}

/** Tells whether an output may hold a file, and so whether there is something to save. */
function holdsAddress(output: unknown): boolean {
  return /"(?:https?:|data:)/i.test(JSON.stringify(output) ?? "");
}
