import type { JobRef } from "../errors/error-fields.js";
import { isRunComfyError } from "../errors/errors.js";
import type { JobResult } from "../job/job-types.js";
import type { ResultOptions } from "../options/client-options.js";
import type { OnceContext } from "./once-context.js";
import type { JobRecord, RecordFailure } from "./record/record.js";
import type { Store } from "./record/store.js";
import { hasEnded } from "./record/transitions.js";

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
    const end = readFailedEnd(error);
    if (!end) throw error;
    const ended = hasEnded(record) ? record : await noteFailedEnd(context.store, record, end);
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

/** The end of a job that has no result. */
export interface FailedEnd {
  readonly state: "failed" | "cancelled";
  readonly error: RecordFailure;
  /** US dollars that the service charged all the same, where it tells. */
  readonly costUsd?: number;
}

/** The end that an error tells; undefined where the error does not end a job. */
export function readFailedEnd(error: unknown): FailedEnd | undefined {
  if (!isRunComfyError(error)) return undefined;
  const { code, message, raw } = error;
  if (code !== "job_failed" && code !== "job_cancelled") return undefined;
  const { cost } = Object(raw) as { readonly cost?: unknown };
  return {
    state: code === "job_failed" ? "failed" : "cancelled",
    error: { code, message },
    ...(typeof cost === "number" && cost >= 0 && { costUsd: cost }),
  };
}

/** Notes that a job has ended without a result. */
export async function noteFailedEnd(
  store: Store,
  record: JobRecord,
  { state, error, costUsd }: FailedEnd,
): Promise<JobRecord> {
  const ended = await store.move(record, { to: state, attempt: record.attempt, costUsd, error });
  await store.payload.remove(record);
  return ended;
}
