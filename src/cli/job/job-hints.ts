import type { Job } from "../../index.js";
import { self, unnamedModel } from "../terminal/invocation.js";
import { quote } from "../terminal/shell-word.js";
import type { SaveArgs } from "../session/job-args.js";

/** The command that fetches a job's files. */
export function formatSaveCommand(job: Job, options: SaveArgs): string {
  return `${self} save ${job.id}${formatModelFlag(job)} --save ${quote(options.save ?? ".")}${formatPlace(options)}`;
}

/** The command that waits for a job again, and saves its files where that was asked for. */
export function formatWaitCommand(job: Job, options: SaveArgs): string {
  const saving = options.save === undefined ? "" : ` --save ${quote(options.save)}`;
  return `${self} wait ${job.id}${formatModelFlag(job)}${saving}${formatPlace(options)}`;
}

/** The flags without which another command would not find the job, or would not fetch its files. */
function formatPlace({ hosts, allowAddress, baseUrl }: SaveArgs): string {
  const range = allowAddress === undefined ? "" : ` --allow-address ${quote(allowAddress)}`;
  const from = `${hosts === undefined ? "" : ` --hosts ${quote(hosts)}`}${range}`;
  return `${from}${baseUrl === undefined ? "" : ` --base-url ${quote(baseUrl)}`}`;
}

function formatModelFlag(job: Job): string {
  return job.modelId === unnamedModel ? "" : ` --model ${quote(job.modelId)}`;
}
