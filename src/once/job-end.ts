import type { JobRef } from "../errors/error-fields.js";
import { isRunComfyError } from "../errors/errors.js";
import type { JobResult } from "../job/job-types.js";
import type { ResultOptions } from "../options/client-options.js";
import type { OnceContext } from "./once-context.js";
import type { JobRecord, RecordFailure } from "./record.js";
import type { Store } from "./store.js";
import { hasEnded } from "./transitions.js";

/** A job at its end. */
export interface EndedJob {
  readonly record: JobRecord;
  /** The result, or the error of a job that has none. */
  result(): JobResult;
}

/** Waits for the end of an accepted job and notes it. Rejects where the end is not known: the job goes on, and so may its wait. */
export async function awaitEnd(
  context: OnceContext,
  record: JobRecord,
  job: JobRef,
  options: ResultOptions,
): Promise<EndedJob> {
  try {
    const result = await context.submitted.find(job).result(options);
    context.submitted.drop(job);
    return { record: await noteEnd(context, record, result), result: () => result };
  } catch (error) {
    const ended = await noteFailedEnd(context, record, error);
    if (!ended) throw error;
    context.submitted.drop(job);
    return {
      record: ended,
      result: () => {
        throw error;
      },
    };
  }
}

/** Notes the result of a job that is done. */
export async function noteEnd(
  { store, highestUsd }: OnceContext,
  record: JobRecord,
  { cost, createdAt, finishedAt }: JobResult,
): Promise<JobRecord> {
  const { model, attempt, state, costUsd } = record;
  const highest = highestUsd.get(model);
  if (highest && cost !== undefined) highestUsd.set(model, { ...highest, usd: Math.max(cost, highest.usd) });
  if (state === "done" && (cost === undefined || cost === costUsd)) return record;
  const done = await store.move(record, {
    to: "done",
    attempt,
    costUsd: cost,
    tookMs: readDuration(createdAt, finishedAt),
  });
  await store.payload.remove(record);
  return done;
}

/** Milliseconds between two dates of the service, which may have no zone; undefined where they could not be understood. */
function readDuration(from: string | undefined, to: string | undefined): number | undefined {
  const ms = Date.parse(to ?? "") - Date.parse(from ?? "");
  return ms >= 0 ? ms : undefined;
}

/** The US dollars that the service charged for a job that has no result, where it tells. */
export function costOf(error: unknown): number | undefined {
  const { cost } = Object(Object(error).raw) as { readonly cost?: unknown };
  return typeof cost === "number" && cost >= 0 ? cost : undefined;
}

/** The record of a job that failed or was cancelled, or whose output is empty; undefined where the error tells no end. */
async function noteFailedEnd(
  { store }: OnceContext,
  record: JobRecord,
  error: unknown,
): Promise<JobRecord | undefined> {
  if (!isRunComfyError(error)) return undefined;
  const { code, message } = error;
  if (code !== "job_failed" && code !== "job_cancelled") return undefined;
  if (hasEnded(record)) return record;
  const to = code === "job_failed" ? "failed" : "cancelled";
  return noteFailure(store, record, to, { code, message }, costOf(error));
}

/** Notes that a job has ended without a result. */
export async function noteFailure(
  store: Store,
  record: JobRecord,
  to: "failed" | "cancelled",
  error: RecordFailure,
  costUsd: number | undefined,
): Promise<JobRecord> {
  const ended = await store.move(record, { to, attempt: record.attempt, costUsd, error });
  await store.payload.remove(record);
  return ended;
}
