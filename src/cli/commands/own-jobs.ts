import { formatUsd } from "../terminal/money.js";
import { readHistory } from "../record/model-history.js";
import type { ModelHistory } from "../record/model-history.js";
import { openRecordIfThere } from "../record/user-record.js";
import type { Terminal } from "../terminal/screen.js";
import { formatDuration } from "../job/job-progress.js";
import type { ServiceArgs } from "../session/job-args.js";
import { readOrigin } from "../session/session.js";

/** The finished jobs of a model on this user's record. */
export async function readOwnJobs(
  terminal: Terminal,
  model: string,
  options: ServiceArgs = {},
): Promise<ModelHistory> {
  const store = await openRecordIfThere(terminal);
  if (!store) return { jobs: 0 };
  const history = await readHistory(store, readOrigin(options), model);
  await store.close();
  return history;
}

/** A sentence with the highest cost of a model's jobs, and the time that they usually took. */
export function describeOwnJobs({ jobs, highestUsd, usualMs }: ModelHistory): string {
  const facts = [
    ...(highestUsd === undefined ? [] : [`cost at most ${formatUsd(highestUsd)}`]),
    ...(usualMs === undefined || usualMs < 1000 ? [] : [`usually took ${formatDuration(usualMs)}`]),
  ];
  const count = jobs === 1 ? "job" : `${jobs} jobs`;
  return `Your own ${count} ${facts.length > 0 ? facts.join(" and ") : "told no cost"}.`;
}
