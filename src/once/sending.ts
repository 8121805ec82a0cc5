import { asSentence } from "../errors/issue.js";
import { InputError, isRunComfyError } from "../errors/errors.js";
import type { CheckedModel } from "../input/define-model.js";
import { explain } from "../protocol/platform-error.js";
import { scope } from "../time/scope.js";
import { keepLease } from "./lease-keeping.js";
import type { OnceContext, PaidJob } from "./once-context.js";
import { RecordError } from "./record/once-errors.js";
import type { OnceSubmitOptions } from "./once-types.js";
import type { JobRecord, RecordFailure, RecordId } from "./record/record.js";
import { idText } from "./record/record-order.js";
import { readHighestUsd } from "./record/recent-records.js";

/** One call of `submit`. */
export interface SendCall {
  readonly id: RecordId;
  readonly model: CheckedModel | string;
  readonly modelId: string;
  readonly input: unknown;
  readonly options: OnceSubmitOptions;
}

/** Ends a submit before its first byte, because another client has claimed or changed the record. */
class ClaimLost extends Error {
  readonly record: JobRecord;

  constructor(record: JobRecord) {
    super("The claim was lost.");
    this.record = record;
  }
}

/** The longest wait for a store that takes an acceptance: the caller must not be kept from the id of a paid job. */
const noteMs = 10_000;

/**
 * Sends a job. Its record is claimed for each attempt between the opening of the connection and the first byte, and follows all
 * that is certain about the attempt. Gives the record as it then is; that of another client's claim where this one was lost.
 */
export async function sendUnderClaim(
  context: OnceContext,
  before: JobRecord,
  call: SendCall,
): Promise<JobRecord> {
  const { client, store, clock } = context;
  const { id, modelId } = call;
  const usd = await countUsd(context, call);
  const { inTransaction, onSend, onRefused, attach, balanceUsd: _balance, ...options } = call.options;
  const input = attach ? await attach(call.input, { signal: options.signal }) : call.input;
  // The member `claim` is the last write about the claim to the store.
  const attempt = { number: before.attempt, isClaimed: false, claim: Promise.resolve() };
  const ended = new AbortController();
  const claim = async () => {
    const { owner, leaseMs, budget, places } = context;
    const { won, record } = await store.claim(id, { owner, leaseMs, usd, budget, places });
    if (!won) throw new ClaimLost(record);
    attempt.number = record.attempt;
    attempt.isClaimed = true;
  };
  try {
    const job = await client.submit(call.model, input as never, {
      ...options,
      onSend: async (event) => {
        attempt.claim = claim();
        await attempt.claim;
        const renew = () => store.renew(id, attempt.number, context.leaseMs);
        void keepLease(context, ended.signal, renew);
        await onSend?.(event);
      },
      onRefused: async (event) => {
        if (attempt.isClaimed) {
          attempt.isClaimed = false;
          attempt.claim = noteRefusal(context, id, attempt.number, event.error);
          await attempt.claim;
        }
        await onRefused?.(event);
      },
    });
    attempt.isClaimed = false;
    context.submitted.keep(job);
    const paid = { job: { id: job.id, model: modelId }, attempt: attempt.number };
    return await noteAcceptance(context, id, paid, inTransaction);
  } catch (error) {
    if (error instanceof ClaimLost) return error.record;
    if (error instanceof RecordError && error.job) throw error;
    // An abort ends the submit at once, though its claim, or the end of it, may still be on its way to the store.
    await scope({ clock, ms: noteMs }, () => attempt.claim).catch(() => {});
    return await noteFailure(context, call, attempt, error);
  } finally {
    // With a reason, since the platform makes an error with a stack where there is none.
    ended.abort("ended");
  }
}

/** The US dollars to count for a job; undefined where no budget counts and nothing is known. */
async function countUsd(
  context: OnceContext,
  { model, modelId, input }: SendCall,
): Promise<number | undefined> {
  const { budget, assumeUsd } = context;
  const estimate = typeof model === "object" ? model["~estimate"]?.(input) : undefined;
  const known = estimate?.usd ?? undefined;
  if (known !== undefined && estimate?.bound === "exact") return known;
  const assumed = assumeUsd ?? (budget ? undefined : known);
  if (assumed !== undefined) return Math.max(assumed, known ?? 0, await findHighestUsd(context, modelId));
  if (!budget) return undefined;
  const message = `has no certain price, and there is a budget of $${budget.maxUsd}: set assumeUsd to the dollars to count for each job`;
  throw new InputError(`Nothing was sent to ${modelId}: the job ${message}.`, {
    modelId,
    issues: [{ code: "price", path: "", message }],
  });
}

/** The costs that other clients have noted are read again after this time. */
const rereadMs = 60_000;

/** The highest cost of a model on record, in US dollars. A record that cannot be read fails the claim that follows, too. */
async function findHighestUsd(
  { store, client, clock, highestUsd }: OnceContext,
  model: string,
): Promise<number> {
  const known = highestUsd.get(model);
  const now = clock.now();
  if (known && now - known.readAt < rereadMs) return known.usd;
  const usd = Math.max(known?.usd ?? 0, await readHighestUsd(store, client.origin, model));
  highestUsd.set(model, { usd, readAt: now });
  return usd;
}

/** The states of the service's refusals that blame the input or the model. */
const ownFaults = [400, 404, 405, 413, 415, 422];

function isOwnFault(error: unknown): boolean {
  if (!isRunComfyError(error)) return false;
  if (error.code === "input") return true;
  return (error.code === "http" || error.code === "not_found") && ownFaults.includes(error.status);
}

function describeError(error: unknown): RecordFailure {
  if (!isRunComfyError(error)) return { code: "error", message: explain(error, String) };
  const { code, message } = error;
  const cause = error.cause === undefined ? "" : explain(error.cause, String);
  return { code, message: message.includes(cause) ? message : `${message} Its cause: ${cause}` };
}

/** An attempt certainly started nothing: the record is free again, or rejected where another attempt would end the same way. */
async function noteRefusal(
  { store }: OnceContext,
  id: RecordId,
  attempt: number,
  error: unknown,
): Promise<void> {
  const told = describeError(error);
  await store.move(
    id,
    isOwnFault(error)
      ? { to: "rejected", attempt, error: told }
      : { to: "new", attempt, because: "not started", error: told },
  );
}

/** Brings a record up to date with the error that ended its submit. Gives the record of an unknown outcome, else throws the error. */
async function noteFailure(
  context: OnceContext,
  { id }: SendCall,
  attempt: { readonly number: number; readonly isClaimed: boolean },
  error: unknown,
): Promise<JobRecord> {
  const { store, log } = context;
  if (isRunComfyError(error) && error.code === "submit_unknown") {
    const told = describeError(error);
    return store.move(id, { to: "unknown", attempt: attempt.number, error: told });
  }
  try {
    // An error that is no unknown outcome proves that nothing was started. A claim may still be held: an abort may come before the
    // first byte.
    if (attempt.isClaimed || isOwnFault(error)) await noteRefusal(context, id, attempt.number, error);
  } catch (cause) {
    log(
      "warn",
      `The record of ${JSON.stringify(id.key)} could not be brought up to date: ${explain(cause, String)}`,
    );
  }
  throw error;
}

/** Notes the paid job of a record. Where that fails, the error has the job, and the next call about the record notes it again. */
async function noteAcceptance(
  { store, clock, unnoted, log }: OnceContext,
  id: RecordId,
  paid: PaidJob,
  inTransaction?: OnceSubmitOptions["inTransaction"],
): Promise<JobRecord> {
  const { job, attempt } = paid;
  unnoted.set(idText(id), paid);
  const options = inTransaction && {
    inTransaction: (executor: unknown) => inTransaction(executor, job),
  };
  try {
    const record = await scope({ clock, ms: noteMs }, () =>
      store.move(id, { to: "accepted", attempt, job }, options),
    );
    unnoted.delete(idText(id));
    return record;
  } catch (cause) {
    const key = JSON.stringify(id.key);
    const message =
      `Job ${job.id} of ${job.model} is paid, and could not be noted under the key ${key}: ` +
      `${asSentence(explain(cause, String))} Keep the id: client.job(error.job) finds the job.`;
    log("error", message);
    throw new RecordError(message, { cause, job });
  }
}

/** Notes the paid job of a record where that failed before. */
export async function noteUnnoted(context: OnceContext, id: RecordId): Promise<void> {
  const paid = context.unnoted.get(idText(id));
  if (paid) await noteAcceptance(context, id, paid);
}
