import { RunComfyError, SubmitUnknownError } from "../errors/errors.js";
import type { OwnFields } from "../errors/error-fields.js";
import { withoutAdvice } from "../protocol/reply-error.js";
import { pause } from "../time/scope.js";
import type { OnceContext } from "./once-context.js";
import { BudgetError, RecordError, recordMissing } from "./record/once-errors.js";
import type { JobRecord, RecordFailure } from "./record/record.js";
import { seenAt } from "./record/transitions.js";

/**
 * Waits while another client sends the job of a record. Where that client has not renewed its lease for twice its length, by this
 * machine's own clock, the outcome is unknown, however much the clocks of both machines differ.
 */
export async function awaitOutcome(
  { store, clock, leaseMs }: OnceContext,
  record: JobRecord,
  endsAt: number,
  signal: AbortSignal | undefined,
): Promise<JobRecord> {
  let seen = record;
  let changedAt = clock.now();
  for (let waitMs = 20; seen.state === "sending"; waitMs = Math.min(1000, waitMs * 2)) {
    if (clock.now() - changedAt > 2 * leaseMs) return seenAt(seen, Infinity);
    if (clock.now() > endsAt)
      throw new RecordError(
        `Another client (${seen.owner}) is still sending the job under the key ${JSON.stringify(seen.key)}. Nothing was sent here: ask again later.`,
      );
    await pause(clock, waitMs, signal);
    const next = await store.get(record);
    if (!next) throw recordMissing(record);
    if (next.updatedAt !== seen.updatedAt) changedAt = clock.now();
    seen = next;
  }
  return seen;
}

/** The error that tells how a record without a job stands. */
export function explainStanding(context: OnceContext, record: JobRecord): Error {
  const { clock } = context;
  const { key, model, state, error, updatedAt, job } = record;
  const name = JSON.stringify(key);
  const said = error ? ` ${withoutAdvice(error.message)}` : "";
  if (state === "unknown") {
    const minutes = Math.max(0, Math.round((clock.date() - Date.parse(updatedAt)) / 60_000));
    return new SubmitUnknownError(
      `The job under the key ${name} was perhaps paid, ${minutes} minutes ago: it is not sent again by itself.${said} ` +
        `Check Generations on runcomfy.com; then accept it with the job's id, or refuse it.`,
      { phase: "sending", modelId: model, job },
    );
  }
  if (state === "held")
    return new BudgetError(
      `The job under the key ${name} is held, nothing was sent: ${explainHold(context)}`,
      {
        key,
        record,
      },
    );
  if (state === "rejected") {
    const fields: OwnFields = { code: readErrorCode(error) };
    return new RunComfyError(
      `The job under the key ${name} was rejected before, and would be again.${said} Correct its input, or retry it.`,
      fields,
    );
  }
  return new RecordError(`The job under the key ${name} was not sent.${said}`);
}

/** The limits of this client that can hold a job. A record tells only that one of them did. */
function explainHold({ budget, places }: OnceContext): string {
  const limits = [
    budget &&
      `the budget ${JSON.stringify(budget.id)} of ${budget.maxUsd} US dollars does not cover it. Raise its maxUsd.`,
    places &&
      `${places.most} of ${places.most} places of ${JSON.stringify(places.id)} are taken. Call again when a job has ended.`,
  ];
  return (
    limits.filter((limit) => limit !== undefined).join(" Or ") ||
    "the limits of another client do not allow it now. Submit it with that client."
  );
}

/** The code of the error that a record was rejected with. */
function readErrorCode(error: RecordFailure | undefined): "input" | "http" | "not_found" {
  return error?.code === "input" || error?.code === "not_found" ? error.code : "http";
}
