import type { SignalOptions } from "../options/client-options.js";
import { digestInput } from "./record/input-digest.js";
import type { OnceContext } from "./once-context.js";
import { RecordError, recordMissing } from "./record/once-errors.js";
import type { JobRecord, RecordId } from "./record/record.js";

/** A person's word that a record was never paid, or the wish for another job. */
export async function moveByPerson(
  { store }: OnceContext,
  id: RecordId,
  because: "refused" | "retry",
): Promise<JobRecord> {
  const before = await store.get(id);
  if (!before) throw recordMissing(id);
  const after = await store.move(id, { to: "new", attempt: before.attempt, because });
  if (after.state === "new" && before.state !== "new") return after;
  const expected =
    because === "refused"
      ? "only a record whose outcome is unknown can be refused"
      : "only a job that failed, was cancelled or was rejected can be retried";
  throw new RecordError(
    `The record under the key ${JSON.stringify(id.key)} is ${before.state}: ${expected}.`,
  );
}

/** A person's word that a record's job is this one, after the service was asked for it. */
export async function acceptByPerson(
  context: OnceContext,
  id: RecordId,
  jobId: string,
  options: SignalOptions = {},
): Promise<JobRecord> {
  const { client, store } = context;
  const record = await store.get(id);
  if (!record) throw recordMissing(id);
  const job = { id: jobId, model: record.model };
  if (record.job?.id === jobId && record.state !== "unknown") return record;
  await refuseTaken(context, record, jobId);
  const handle = client.job(job);
  const { status } = await handle.status(options);
  if (status === "completed") await refuseForeign(record, (await handle.result(options)).raw);
  return store.move(id, { to: "accepted", attempt: record.attempt, job, by: "person" });
}

/** A person takes back that a job is the one of a record. */
export async function withdrawByPerson(
  { store }: OnceContext,
  id: RecordId,
  jobId: string,
): Promise<JobRecord> {
  const before = await store.get(id);
  if (!before) throw recordMissing(id);
  const after = await store.move(id, { to: "without job", attempt: before.attempt, jobId });
  const jobs = [after.job, ...(after.otherJobs ?? [])];
  const had = [before.job, ...(before.otherJobs ?? [])].some((job) => job?.id === jobId);
  if (had && !jobs.some((job) => job?.id === jobId)) return after;
  throw new RecordError(
    `No person has accepted job ${jobId} under the key ${JSON.stringify(id.key)}: there is nothing to take back. Nothing was changed.`,
  );
}

/** Refuses the job of another record: the one that the person looks for would be lost. */
async function refuseTaken(
  { store }: OnceContext,
  { origin, space, key }: JobRecord,
  jobId: string,
): Promise<void> {
  for await (const other of store.list({ origin, space })) {
    const others = hasJobTooMany(other) ? [] : (other.otherJobs ?? []);
    if (other.key !== key && [other.job, ...others].some((one) => one?.id === jobId))
      throw new RecordError(
        `Job ${jobId} is the one under the key ${JSON.stringify(other.key)} already. Nothing was changed. Check the id on runcomfy.com.`,
      );
  }
}

/**
 * True where a record has more jobs than it was sent: a person accepted one under the wrong key. The mistake must not keep that job
 * from its own key, which would be refused and paid again.
 */
export function hasJobTooMany({ attempt, otherJobs = [] }: JobRecord): boolean {
  return otherJobs.length + 1 > attempt;
}

/** Refuses a job that the service describes as another one than the record's. */
async function refuseForeign(
  { key, model, inputHash }: JobRecord,
  raw: { readonly [name: string]: unknown },
): Promise<void> {
  const { request_id: id, model_id: modelId, input } = raw;
  const other =
    typeof modelId === "string" && modelId !== model
      ? `of the model ${modelId}`
      : typeof input === "object" && input && (await digestInput(input)).inputHash !== inputHash
        ? "with another input"
        : undefined;
  if (other === undefined) return;
  throw new RecordError(
    `Job ${String(id)} is ${other}: it is not the one under the key ${JSON.stringify(key)}. Nothing was changed.`,
  );
}
