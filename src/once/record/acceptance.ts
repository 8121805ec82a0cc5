import type { JobRecord, OtherJob } from "./record.js";
import type { Move } from "./store.js";

/** An acceptance is evidence: it counts however late it comes. A second job under one key is kept beside the first. */
export function accepted(
  record: JobRecord,
  { job, attempt, by }: Move & { to: "accepted" },
  updatedAt: string,
): JobRecord {
  const { job: present, otherJobs = [] } = record;
  const acceptedBy = by && { acceptedBy: by };
  const isUnknown = record.state === "unknown";
  if (present?.id === job.id && !isUnknown && !by && record.acceptedBy) {
    // The service itself has told it now: that is evidence, and no longer a person's word that can be taken back.
    const { acceptedBy: _by, ...confirmed } = record;
    return { ...confirmed, updatedAt };
  }
  if ((present?.id === job.id && !isUnknown) || otherJobs.some(({ id }) => id === job.id)) return record;
  if (present && present.id !== job.id) {
    const other: OtherJob = {
      id: job.id,
      ...(record.usd !== undefined && { usd: record.usd }),
      ...acceptedBy,
    };
    return { ...record, otherJobs: [...otherJobs, other], updatedAt };
  }
  const { error: _error, owner, leaseUntil: _lease, ...kept } = record;
  // A late acceptance of an earlier attempt must not fence out the moves that follow: they are about the record as it is now.
  const own = attempt === record.attempt && owner !== undefined ? { owner } : {};
  return {
    ...kept,
    ...own,
    state: "accepted",
    job: { id: job.id, model: job.model },
    ...acceptedBy,
    updatedAt,
  };
}

/**
 * The record after a person has taken back that a job is its own. Only a person's word is taken back: an acceptance by the service
 * is evidence. Without the job the outcome is unknown again, and its dollars stay reserved.
 */
export function withoutJob(record: JobRecord, jobId: string, updatedAt: string): JobRecord {
  const { job, acceptedBy, otherJobs = [] } = record;
  const others = otherJobs.filter((other) => other.id !== jobId || other.acceptedBy !== "person");
  if (others.length < otherJobs.length) {
    const { otherJobs: _others, ...kept } = record;
    return { ...kept, ...(others.length > 0 && { otherJobs: others }), updatedAt };
  }
  if (job?.id !== jobId || acceptedBy !== "person") return record;
  const {
    job: _job,
    acceptedBy: _by,
    costUsd: _cost,
    tookMs: _took,
    files: _files,
    filesMissing: _missing,
    delivery: _delivery,
    ...kept
  } = record;
  const error = {
    code: "submit_unknown",
    message: `A person had accepted job ${jobId}, and took that back.`,
  };
  return { ...kept, state: "unknown", error, updatedAt };
}
