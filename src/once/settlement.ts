import { asSentence } from "../errors/issue.js";
import type { JobRef } from "../errors/error-fields.js";
import { isRunComfyError } from "../errors/errors.js";
import type { JobUpdate } from "../protocol/status.js";
import { isFinal } from "../protocol/status.js";
import { explain } from "../protocol/platform-error.js";
import type { OnceContext } from "./once-context.js";
import type { JobEnd, SettleOptions, Standing } from "./once-types.js";
import { noteEnd, noteFailedEnd, readFailedEnd } from "./job-end.js";
import { keepLease } from "./lease-keeping.js";
import type { JobRecord } from "./record/record.js";

/** The longest wait for the result of a job that has ended: it may come later than the status that tells of it. */
const resultMs = 5000;

/** Asks the service once about the job of a record, and notes its end where it has ended. */
export async function settleJob(
  context: OnceContext,
  record: JobRecord,
  options: SettleOptions = {},
): Promise<Standing> {
  const { job, state } = record;
  if (state !== "accepted" || !job) return { record };
  const { update, end } = await ask(context, record, job, options);
  if (!end) return { record, ...(update && { update }) };
  const { onEnd } = options;
  const standing = { ...(update && { update }), end };
  if (!onEnd) return { ...standing, record: await note(context, end) };
  const delivered = await deliver(context, end, onEnd);
  return { ...standing, record: delivered };
}

async function ask(
  { client, clock }: OnceContext,
  record: JobRecord,
  job: JobRef,
  { signal, goneAfterMs = Infinity }: SettleOptions,
): Promise<{ readonly update?: JobUpdate; readonly end?: JobEnd }> {
  const handle = client.job(job);
  try {
    const update = await handle.status({ signal, tolerant: true });
    if (!isFinal(update.status)) return { update };
    try {
      const result = await handle.result({ signal, timeoutMs: resultMs });
      const { cost } = result;
      return { update, end: { record, state: "done", result, ...(cost !== undefined && { costUsd: cost }) } };
    } catch (error) {
      const end = readFailedEnd(error);
      // A job that was cancelled costs nothing, unless the service says otherwise.
      if (end) return { update, end: { ...(end.state === "cancelled" && { costUsd: 0 }), ...end, record } };
      // The result is late, or could not be fetched now: the next call asks for it again.
      if (isRunComfyError(error) && error.code === "job_timeout") return { update };
      throw error;
    }
  } catch (error) {
    const isGone = isRunComfyError(error) && error.code === "not_found";
    if (!isGone || clock.date() - Date.parse(record.createdAt) < goneAfterMs) throw error;
    return { end: { record, state: "failed", error: { code: error.code, message: error.message } } };
  }
}

async function note(context: OnceContext, end: JobEnd): Promise<JobRecord> {
  const { record, result } = end;
  if (result) return noteEnd(context, record, result);
  const state = end.state === "cancelled" ? "cancelled" : "failed";
  return noteFailedEnd(context.store, record, { ...end, state, error: end.error! });
}

/** Hands an end over, unless another client does, and notes it then. */
async function deliver(
  context: OnceContext,
  end: JobEnd,
  onEnd: (end: JobEnd) => unknown,
): Promise<JobRecord> {
  const { store, leaseMs, log } = context;
  const { record, costUsd } = end;
  // A name of its own for each call: two calls of one client must not both deliver.
  const owner = crypto.randomUUID();
  const claim = () =>
    store.move(record, { to: "delivering", attempt: record.attempt, owner, leaseMs, costUsd });
  const claimed = await claim();
  if (claimed.delivery?.owner !== owner) return claimed;
  const ended = new AbortController();
  // No other client must deliver the same end meanwhile.
  void keepLease(context, ended.signal, async () => (await claim()).delivery?.owner === owner);
  try {
    await onEnd({ ...end, record: claimed });
  } catch (error) {
    const place = JSON.stringify(record.key);
    log(
      "error",
      `onEnd threw for the job under the key ${place}: ${asSentence(explain(error, String))} It is called again later.`,
    );
    return claimed;
  } finally {
    ended.abort("ended");
  }
  return note(context, { ...end, record: claimed });
}
