import { RecordError } from "../../once/record/once-errors.js";
import type { JobRecord } from "../../once/record/record.js";
import { isRunning } from "../files/process-life.js";
import type { RecordFile } from "./record-file.js";
import type { LineRecord } from "./record-line.js";

/**
 * Refuses to send a job where a damaged line no longer tells its record: any job may have been paid already, until a person has
 * checked.
 */
export function refuseLoss({ path, log }: RecordFile, next: JobRecord): void {
  const { lostLines } = log;
  if (next.state !== "sending" || lostLines.length === 0) return;
  throw new RecordError(
    `${path} is damaged beyond recognition in line ${lostLines.join(", ")}: a job may be paid that it no longer names, so nothing is sent. ` +
      "Check Generations on runcomfy.com; then delete those lines, or put back a copy of the file.",
  );
}

/** The record of a line, its lease over where the process that held it has ended. */
export function withoutProcess({ process: sender, ...record }: LineRecord): JobRecord {
  const isGone = record.state === "sending" && sender !== undefined && !isRunning(sender);
  return isGone ? { ...record, leaseUntil: record.updatedAt } : record;
}
