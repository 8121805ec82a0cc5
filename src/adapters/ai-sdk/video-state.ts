import type { Client } from "../../client.js";
import { ConfigError, isRunComfyError } from "../../errors/errors.js";
import type { JobRef } from "../../errors/error-fields.js";
import { isFinal } from "../../protocol/status.js";
import { explain } from "../../protocol/platform-error.js";
import { answerVideos, respond } from "./answers.js";
import { readVideos } from "./job-files.js";
import { runEach, settleGroup } from "./group-outcomes.js";
import type { VideoState } from "./sdk-types.js";

/** The longest wait for the result of a job that has ended; afterwards it counts as pending. */
const resultMs = 20_000;

/** One status request for each job of a started call. Rejects with a ConfigError for an operation of another provider. */
export async function readState(
  client: Client,
  modelId: string,
  { operation, abortSignal: signal }: { readonly operation: unknown; readonly abortSignal?: AbortSignal },
): Promise<VideoState> {
  const jobs = readOperation(operation);
  const options = signal ? { signal } : {};
  const updates = await Promise.all(
    jobs.map((job) => client.job(job).status({ ...options, tolerant: true })),
  );
  if (!updates.every(({ status }) => isFinal(status)))
    return { status: "pending", response: respond(modelId) };
  const outcomes = await runEach(jobs.length, async (keep, at) => {
    const job = jobs[at]!;
    keep(job);
    return readVideos(await client.job(job).result({ ...options, timeoutMs: resultMs }));
  });
  const isLate = outcomes.some(
    (one) =>
      "error" in one && isRunComfyError(one.error) && ["job_timeout", "connection"].includes(one.error.code),
  );
  if (isLate) return { status: "pending", response: respond(modelId) };
  if (signal?.aborted) settleGroup(outcomes);
  try {
    return { status: "completed", ...answerVideos(modelId, settleGroup(outcomes), []) };
  } catch (error) {
    const ids = jobs.map(({ id }) => id).join(", ");
    return { status: "error", error: `${explain(error, String)} (${ids})`, response: respond(modelId) };
  }
}

function readOperation(operation: unknown): readonly JobRef[] {
  const { jobs } = Object(operation) as { readonly jobs?: unknown };
  const isRead =
    Array.isArray(jobs) &&
    jobs.length > 0 &&
    jobs.every(({ id, model }: Partial<JobRef> = {}) => typeof id === "string" && typeof model === "string");
  if (!isRead)
    throw new ConfigError(
      "operation must be the one that experimental_startVideo gave: { jobs: [{ id, model }] }. Nothing was sent.",
    );
  return jobs as readonly JobRef[];
}
