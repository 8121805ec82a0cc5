import type { JobRecord } from "../../once/record/record.js";
import type { Store } from "../../once/record/store.js";

/** Finds a job on record by its request id, or by the key that it was started with; the id counts first. */
export async function findRecord(store: Store, origin: string, name: string): Promise<JobRecord | undefined> {
  let byKey: JobRecord | undefined;
  for await (const record of store.list({ origin, space: "" })) {
    if (record.job?.id === name || record.otherJobs?.some(({ id }) => id === name)) return record;
    if (record.key === name) byKey = record;
  }
  return byKey;
}

/** The job on record that was started last, of those that the service has accepted. */
export async function findLast(store: Store, origin: string): Promise<JobRecord | undefined> {
  let last: JobRecord | undefined;
  for await (const record of store.list({ origin, space: "" }))
    if (record.job && (!last || record.createdAt >= last.createdAt)) last = record;
  return last;
}
