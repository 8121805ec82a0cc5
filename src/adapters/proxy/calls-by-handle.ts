import { isRunComfyError } from "../../errors/errors.js";
import type { JobRecord, Standing } from "../../once/index.js";
import { jobMissing, Refusal } from "./failures.js";
import { noteUnnoted, pollRecord, settleRecord, visit } from "./job-settling.js";
import { readHandle } from "./job-handle.js";
import { describeJob } from "./page-job.js";
import type { View } from "./page-job.js";
import type { ProxyJob } from "./proxy-wire.js";
import type { UserContext } from "./user-context.js";

/** The longest wait for the output of a job that has ended. */
const outputMs = 5000;

/** The state of a job. The service is asked now, unless it answered about the job a moment ago. */
export async function readJob(context: UserContext, handle: string, signal: AbortSignal): Promise<ProxyJob> {
  const record = await findRecord(context, handle);
  const [standing] = await Promise.all([
    pollRecord(context, record, signal),
    visit(context, record.key, signal),
  ]);
  return describeJob(context, viewOf(standing));
}

/** A job with its output. */
export async function readResult(
  context: UserContext,
  handle: string,
  signal: AbortSignal,
): Promise<ProxyJob> {
  const standing = await pollRecord(context, await findRecord(context, handle), signal);
  const view = viewOf(standing);
  const { record } = view;
  const isDone = record.state === "done" || view.ended === "done";
  if (!isDone || view.output !== undefined || !record.job) return describeJob(context, view);
  try {
    const { output } = await context.client.job(record.job).result({ signal, timeoutMs: outputMs });
    return await describeJob(context, { ...view, output });
  } catch (error) {
    if (isRunComfyError(error) && error.code === "not_found")
      throw new Refusal("not_found", "The service no longer has the output of this job.");
    throw error;
  }
}

/** Asks the service to cancel, and tells what became of the job. */
export async function cancelJob(
  context: UserContext,
  handle: string,
  signal: AbortSignal,
): Promise<ProxyJob> {
  const record = await findRecord(context, handle);
  if (record.state !== "accepted" || !record.job) return describeJob(context, { record });
  await context.client.job(record.job).cancel({ signal });
  return describeJob(context, viewOf(await settleRecord(context, record, signal)));
}

async function findRecord(context: UserContext, handle: string): Promise<JobRecord> {
  const { settings, memory, once } = context;
  const key = await readHandle(context, handle);
  if (key === undefined) throw jobMissing();
  await noteUnnoted(settings, memory);
  const record = await once.status(key);
  if (!record) throw jobMissing();
  return record;
}

function viewOf({ record, update, end }: Standing): View {
  return {
    record,
    update,
    ended: end?.state,
    error: end?.error,
    ...(end?.result && { output: end.result.output }),
  };
}
