import { isRunComfyError } from "../../index.js";
import type { Job, JobResult, ResultOptions } from "../../index.js";
import type { SaveReport } from "../../node/save/save-types.js";
import { createOnce } from "../../once/once.js";
import type { Once } from "../../once/once-types.js";
import type { JobRecord } from "../../once/record/record.js";
import type { Store } from "../../once/record/store.js";
import { isInterruption } from "../terminal/interrupt.js";
import { plain } from "../terminal/screen.js";
import type { Session } from "../session/session.js";
import { messageOf } from "../../errors/error-message.js";
import { toRecordedFiles } from "../../node/save/recorded-files.js";

/** A job, with its place in the user's record where it has one. */
export interface TrackedJob {
  readonly job: Job;
  /** The input that is on record or that was given, for the manifest. */
  readonly input?: unknown;
  /** Milliseconds that jobs of this model usually take. */
  readonly usualMs?: number | undefined;
  /** Waits for the end, and notes it in the record. */
  readonly result: (options: ResultOptions) => Promise<JobResult>;
  /** Notes which files are saved. */
  readonly noteFiles: (report: SaveReport) => Promise<void>;
}

/** The user's record as keys of jobs. */
export function openOnce({ client, terminal }: Session, store: Store, assumeUsd?: number): Once {
  return createOnce({
    client,
    store,
    ...(assumeUsd !== undefined && { assumeUsd }),
    logger: { warn: (line) => terminal.say(`Warning: ${plain(line)}`) },
  });
}

/** A job without a record: one that another machine has started, or whose acceptance could not be noted. */
export function trackNothing(job: Job, input?: unknown): TrackedJob {
  return { job, input, result: (options) => job.result(options), noteFiles: async () => {} };
}

/** A job whose end and files are noted in the record. An error of the record costs neither the result nor the files. */
export function trackRecord(session: Session, store: Store, record: JobRecord, job: Job): TrackedJob {
  const once = openOnce(session, store);
  const { key } = record;
  // Only the present job of a record has its end noted there.
  if (record.job?.id !== job.id) return trackNothing(job, record.input);
  return {
    job,
    input: record.input,
    result: async (options) => {
      try {
        return await once.result(key, options);
      } catch (error) {
        if (isInterruption(error) || (isRunComfyError(error) && error.code !== "record")) throw error;
        warn(session, key, error);
        return job.result(options);
      }
    },
    noteFiles: async (report) => {
      const files = toRecordedFiles(report.files);
      try {
        await once.noteFiles(key, { files, missing: report.failed.length });
      } catch (error) {
        warn(session, key, error);
      }
    },
  };
}

function warn({ terminal }: Session, key: string, error: unknown): void {
  terminal.say(`Warning: the record of ${key} could not be brought up to date: ${plain(messageOf(error))}`);
}
