import { asSentence } from "../errors/issue.js";
import type { JobRef } from "../errors/error-fields.js";
import { isRunComfyError } from "../errors/errors.js";
import type { JobUpdate } from "../protocol/status.js";
import { isFinal } from "../protocol/status.js";
import { explain } from "../protocol/platform-error.js";
import type { OnceContext } from "./once-context.js";
import type { JobEnd, SettleOptions, Standing } from "./once-types.js";
import { costOf, noteEnd, noteFailure } from "./job-end.js";
import type { JobRecord } from "./record.js";

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
      const end = readFailedEnd(record, error);
      if (end) return { update, end };
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

function readFailedEnd(record: JobRecord, error: unknown): JobEnd | undefined {
  if (!isRunComfyError(error)) return undefined;
  const { code, message } = error;
  if (code !== "job_failed" && code !== "job_cancelled") return undefined;
  const isCancelled = code === "job_cancelled";
  const costUsd = costOf(error) ?? (isCancelled ? 0 : undefined);
  return {
    record,
    state: isCancelled ? "cancelled" : "failed",
    error: { code, message },
    ...(costUsd !== undefined && { costUsd }),
  };
}

async function note(context: OnceContext, end: JobEnd): Promise<JobRecord> {
  const { record, result, costUsd } = end;
  if (result) return noteEnd(context, record, result);
  const { code, message } = end.error!;
  const to = end.state === "cancelled" ? "cancelled" : "failed";
  return noteFailure(context.store, record, to, { code, message }, costUsd);
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
  void keepDelivery(context, claim, owner, ended.signal);
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

/** Renews the delivery for as long as it takes, so that no other client delivers the same end. */
async function keepDelivery(
  { clock, leaseMs }: OnceContext,
  claim: () => Promise<JobRecord>,
  owner: string,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(leaseMs / 3, signal).catch(() => {});
    if (signal.aborted) return;
    const isMine = await claim().then(
      ({ delivery }) => delivery?.owner === owner,
      () => true,
    );
    if (!isMine) return;
  }
}
