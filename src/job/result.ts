import type { JobRef } from "../errors/error-fields.js";
import type { Body } from "../protocol/exchange.js";
import type { JobResult } from "./job-types.js";

/** The result that an answer holds. */
export function readResult(job: JobRef, raw: Body): JobResult {
  const { output, cost, created_at: createdAt, finished_at: finishedAt } = raw;
  return {
    output,
    ...(typeof cost === "number" && cost >= 0 ? { cost } : undefined),
    requestId: job.id,
    model: job.model,
    createdAt: textOf(createdAt),
    finishedAt: textOf(finishedAt),
    raw,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

function isBare(value: unknown): boolean {
  return isBlank(value) || (Array.isArray(value) && value.every(isBlank));
}

/** Whether an output holds nothing at all. */
export function isEmptyOutput(output: unknown): boolean {
  return isBare(output) || (typeof output === "object" && Object.values(output!).every(isBare));
}
