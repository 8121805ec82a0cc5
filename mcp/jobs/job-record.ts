import type { JobRecord } from "runcomfy-models/once";
import { cleanText } from "../texts/foreign-text.js";
import type { AnswerData } from "../calls/answer.js";
import type { Session } from "../session/session.js";

/** Finds a job on record by its key or by the service's id of it. */
export async function findRecord(
  { store, client, once }: Session,
  name: string,
): Promise<JobRecord | undefined> {
  const byKey = name === "" || name.length > 500 ? undefined : await once.status(name);
  if (byKey) return byKey;
  for await (const record of store.list({ origin: client.origin, space: "" }))
    if (record.job?.id === name || record.otherJobs?.some(({ id }) => id === name)) return record;
  return undefined;
}

/** A record as answers show it. */
export function describeRecord(record: JobRecord): AnswerData {
  const { key, job, model, state, usd, costUsd, files, filesMissing = 0, error, createdAt } = record;
  return {
    key,
    ...(job && { job: job.id }),
    model,
    state,
    ...(costUsd !== undefined ? { cost_usd: costUsd } : usd !== undefined && { price_usd: usd }),
    ...(files && { files_saved: files.length }),
    ...(filesMissing > 0 && { files_missing: filesMissing }),
    created_at: createdAt,
    ...(error && { error: error.code, from_service: { message: cleanText(error.message, 500) } }),
  };
}

const nextSteps: { readonly [state in JobRecord["state"]]: string } = {
  new: "It was not sent. Submit it with the same key.",
  held: "The budget does not cover the job. Nothing was paid. A person can raise --max-usd of this server; then repeat the call with the same key.",
  sending: "It is being sent. Call wait with this key.",
  accepted: "Call wait with this key.",
  unknown:
    "It was perhaps paid, and is not sent again by itself. Do not submit it under another key. A person checks Generations on runcomfy.com and then runs: npx runcomfy-models jobs.",
  done: "Call result for its output, or save for its files.",
  failed: "It failed and may be billed. For another try submit it under a new key.",
  cancelled: "It was cancelled. For another try submit it under a new key.",
  rejected:
    "The service refused its input and nothing was paid. Correct the input and repeat it with the same key.",
};

/** The record with the next step, as calls about one job answer. */
export function describeStanding(record: JobRecord): AnswerData {
  return { ...describeRecord(record), what_to_do: nextSteps[record.state] };
}

/** The answer where no job has a name. */
export function describeMissing(name: string): AnswerData {
  return {
    error: "no_such_job",
    given: cleanText(name, 200),
    what_to_do: "Nothing is on record under this key or id. The tool jobs lists what is.",
  };
}
