import type { Client } from "../client.js";
import type { JobRef } from "../errors/error-fields.js";
import type { Job } from "../job/job-types.js";

/** The handles that are kept: a program that only submits must not fill its memory. */
const mostHandles = 2000;

/**
 * The handles of jobs that this client has submitted itself. Such a handle knows when its job was made: its first poll can wait, and
 * a machine of the service that does not know the new job yet is asked again.
 */
export interface SubmittedJobs {
  keep(job: Job): void;
  /** Gives the handle of a job: the one of its submit where that is kept, else a new one. */
  find(job: JobRef): Job;
  drop(job: JobRef): void;
}

/** Makes an empty list of handles. */
export function createSubmittedJobs(client: Client): SubmittedJobs {
  const handles = new Map<string, Job>();
  return {
    keep: (job) => {
      const [oldest] = handles.keys();
      if (handles.size >= mostHandles) handles.delete(oldest!);
      handles.set(job.id, job);
    },
    find: (job) => handles.get(job.id) ?? client.job(job),
    drop: ({ id }) => void handles.delete(id),
  };
}
