import type { JobRef } from "../errors/error-fields.js";
import { JobCancelledError, JobFailedError, ResponseError } from "../errors/errors.js";
import type { Body } from "../protocol/exchange.js";
import { readUpdate } from "../protocol/status.js";
import { describeFailure } from "../protocol/text.js";
import type { JobResult } from "./job-types.js";

/** The result of a job that succeeded, as the answer that ended it tells; any other end is an error. */
export function settleEnding(job: JobRef, ending: Body): Omit<JobResult, "origin"> {
  const raw = copy(ending);
  const { output, cost, created_at: createdAt, finished_at: finishedAt, error } = raw;
  const { id, model } = job;
  const fields = { job, raw };
  const { status } = readUpdate(id, raw);
  if (status === "cancelled") throw new JobCancelledError(`Job ${id} was cancelled.`, fields);
  if (status === "failed") {
    const said = describeFailure(error) || describeFailure(raw) || "the service gives no reason";
    throw new JobFailedError(`Job ${id} of ${model} failed: ${said}`, fields);
  }
  if (isEmpty(output)) throw new ResponseError(`Job ${id} succeeded, but its output is empty.`, fields);
  return {
    output,
    ...(typeof cost === "number" && cost >= 0 && { cost }),
    requestId: id,
    model,
    createdAt: textOf(createdAt),
    finishedAt: textOf(finishedAt),
    raw,
  };
}

/** Callers that wait for the same job get a result of their own; one too deep to be copied is shared rather than lost. */
function copy(ending: Body): Body {
  try {
    return structuredClone(ending);
  } catch {
    return ending;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** True where a value holds nothing, down to the lists of an output's fields. */
function isEmpty(value: unknown, depth = 2): boolean {
  const isNested = depth > 0 && typeof value === "object";
  return (value ?? "") === "" || (isNested && Object.values(value!).every((one) => isEmpty(one, depth - 1)));
}
