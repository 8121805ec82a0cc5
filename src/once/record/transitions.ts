import type { JobRecord, NewRecord, OtherJob, State } from "./record.js";
import type { Claim, Move } from "./store.js";
import { accepted, withoutJob } from "./acceptance.js";

/**
 * The rules of a record's life, pure: each takes a record as the store has it and the time in ms since 1970, and gives the record
 * that follows. A rule that changes nothing gives the very record that it took.
 */

/** The states before anything was accepted: a record in one of them still takes another input. */
const open: readonly State[] = ["new", "held", "rejected"];

/** The record after a `put`: the one that is stored, unless it still takes another input. */
export function inserted(there: JobRecord | undefined, given: NewRecord, now: number): JobRecord {
  const { origin, space, key, model, inputHash, input, balanceUsd } = given;
  const date = toDate(now);
  const balance = balanceUsd !== undefined && { balanceUsd };
  const fresh = { origin, space, key, model, inputHash, ...(input !== undefined && { input }), ...balance };
  if (!there) return { ...fresh, state: "new", attempt: 0, createdAt: date, updatedAt: date };
  const isSame = there.model === model && there.inputHash === inputHash;
  const isNew = isSame && there.state === "new" && balance && there.balanceUsd !== balanceUsd;
  if (isNew) return { ...there, ...balance, updatedAt: date };
  if (isSame || there.job || there.otherJobs || !open.includes(there.state)) return there;
  return { ...fresh, state: "new", attempt: there.attempt, createdAt: there.createdAt, updatedAt: date };
}

/** The record after a claim within the budget, and after one beyond it. Only `new` and `held` are claimed: no key is paid twice. */
export function claimed(
  record: JobRecord,
  { owner, leaseMs, usd, budget, places }: Claim,
  now: number,
): { readonly record: JobRecord; readonly held: JobRecord } | undefined {
  if (record.state !== "new" && record.state !== "held") return undefined;
  const { error: _error, owner: _owner, leaseUntil: _lease, usd: _usd, ...before } = record;
  const { budget: _budget, place: _place, ...kept } = before;
  const own = {
    ...kept,
    ...(usd !== undefined && { usd }),
    ...(budget && { budget: budget.id }),
    ...(places && { place: places.id }),
  };
  const updatedAt = toDate(now);
  const attempt = record.attempt + 1;
  return {
    record: { ...own, state: "sending", attempt, owner, leaseUntil: toDate(now + leaseMs), updatedAt },
    held: record.state === "held" && record.usd === usd ? record : { ...own, state: "held", updatedAt },
  };
}

/** The record with a longer lease; undefined where it is no longer being sent under this claim. */
export function renewed(
  record: JobRecord,
  attempt: number,
  leaseMs: number,
  now: number,
): JobRecord | undefined {
  if (record.state !== "sending" || record.attempt !== attempt) return undefined;
  return { ...record, leaseUntil: toDate(now + leaseMs), updatedAt: toDate(now) };
}

/** The states that a record may leave for `new`, by the reason. */
const freed = { "not started": ["sending", "unknown"], refused: ["unknown"], "cap raised": ["held"] };

/** The record after a move. */
export function moved(record: JobRecord, move: Move, now: number): JobRecord {
  const updatedAt = toDate(now);
  if (move.to === "accepted") return accepted(record, move, updatedAt);
  if (move.attempt !== record.attempt) return record;
  if (move.to === "without job") return withoutJob(record, move.jobId, updatedAt);
  const { owner: _owner, leaseUntil: _lease, error: _error, ...kept } = record;
  const { state } = record;
  if (move.to === "delivering") return delivered(record, move, now);
  if (move.to === "placeless") return record.place === undefined ? record : withoutPlace(record, updatedAt);
  const error = move.error && { error: move.error };
  switch (move.to) {
    case "new":
      if (move.because === "retry") return retried(record, updatedAt);
      return freed[move.because].includes(state) ? { ...kept, state: "new", ...error, updatedAt } : record;
    case "unknown":
      return state === "sending" ? { ...record, state: "unknown", ...error, updatedAt } : record;
    case "rejected":
      return ["new", "held", "sending"].includes(state)
        ? { ...kept, state: "rejected", ...error, updatedAt }
        : record;
    default: {
      if (state !== "accepted" && !(state === "done" && move.to === "done")) return record;
      const { to: next, costUsd } = move;
      const { files, filesMissing, tookMs } = move.to === "done" ? move : {};
      const { place: _place, delivery: _delivery, ...own } = kept;
      return {
        ...own,
        state: next,
        ...(costUsd !== undefined && { costUsd }),
        ...(tookMs !== undefined && { tookMs }),
        ...(files && { files }),
        ...(filesMissing !== undefined && { filesMissing }),
        ...error,
        updatedAt,
      };
    }
  }
}

/** One client hands the end of a job over, unless another one does. */
function delivered(record: JobRecord, move: Move & { to: "delivering" }, now: number): JobRecord {
  const { state, delivery } = record;
  const { owner, leaseMs, costUsd } = move;
  const isTaken = delivery && delivery.owner !== owner && now < Date.parse(delivery.until);
  if (state !== "accepted" || isTaken) return record;
  return {
    ...withoutPlace(record, toDate(now)),
    ...(costUsd !== undefined && { costUsd }),
    delivery: { owner, until: toDate(now + leaseMs) },
  };
}

function withoutPlace({ place: _place, ...record }: JobRecord, updatedAt: string): JobRecord {
  return { ...record, updatedAt };
}

/** A person wants another job in place of one that failed, was cancelled, or was rejected. */
function retried(record: JobRecord, updatedAt: string): JobRecord {
  if (!["failed", "cancelled", "rejected"].includes(record.state)) return record;
  const {
    job,
    acceptedBy: _by,
    usd,
    costUsd,
    tookMs: _took,
    error: _error,
    files: _files,
    filesMissing: _missing,
    ...kept
  } = record;
  const counted = committedUsd({ ...record, otherJobs: [] });
  const earlier: readonly OtherJob[] = job ? [{ id: job.id, costUsd: counted }] : [];
  const otherJobs = [...(record.otherJobs ?? []), ...earlier];
  return {
    ...kept,
    ...(usd !== undefined && { usd }),
    ...(otherJobs.length > 0 && { otherJobs }),
    state: "new",
    updatedAt,
  };
}

/** The record as callers see it: `unknown` where its lease has run out. Stores apply this to every record that they hand out. */
export function seenAt(record: JobRecord, now: number): JobRecord {
  if (record.state !== "sending" || now < Date.parse(record.leaseUntil ?? "")) return record;
  const { owner, leaseUntil: _lease, ...kept } = record;
  const error = {
    code: "submit_unknown",
    message: `The program that was sending this job${owner ? ` (${owner})` : ""} ended, or stood still, before it noted an outcome.`,
  };
  return { ...kept, state: "unknown", error };
}

/** The US dollars that a record takes from its budget. */
export function committedUsd({ state, usd = 0, costUsd, otherJobs = [] }: JobRecord): number {
  const others = otherJobs.reduce((sum, other) => sum + (other.costUsd ?? other.usd ?? 0), 0);
  if (open.includes(state)) return others;
  return others + (costUsd ?? (state === "cancelled" ? 0 : usd));
}

/** A sum of dollars without the traces of binary fractions. */
export function roundUsd(usd: number): number {
  return Math.round(usd * 1e8) / 1e8;
}

/** The states in which a job runs, or may run, and so has its place. */
const running: readonly State[] = ["sending", "accepted", "unknown"];

/** The differences that a change makes to the committed dollars, by budget. A place counts as 1 under the name of its places. */
export function budgetChanges(
  before: JobRecord | undefined,
  after: JobRecord,
): { readonly budget: string; readonly usd: number }[] {
  const changes: { readonly budget: string; usd: number }[] = [];
  const add = (budget: string, usd: number) => {
    const there = changes.find((one) => one.budget === budget);
    if (there) there.usd += usd;
    else changes.push({ budget, usd });
  };
  const addRecord = (record: JobRecord, sign: number) => {
    if (record.budget !== undefined) add(record.budget, sign * committedUsd(record));
    if (record.place !== undefined && running.includes(record.state)) add(record.place, sign);
  };
  if (before) addRecord(before, -1);
  addRecord(after, 1);
  return changes.filter(({ usd }) => usd !== 0);
}

/** The change that a rule asks for. */
export interface Change {
  /** The record to store. */
  readonly record: JobRecord;
  /** The limits that the change must stay within. Where it would exceed one, `otherwise` is stored instead. */
  readonly within?: { readonly limits: readonly Limit[]; readonly otherwise: JobRecord };
}

/** The most that a budget may have committed, or the most places that may be taken. */
export interface Limit {
  readonly budget: string;
  readonly most: number;
}

/** The record of a change that is stored, as the dollars committed so far decide. */
export function recordWithin(
  before: JobRecord | undefined,
  { record, within }: Change,
  committed: (budget: string) => number,
): JobRecord {
  if (!within) return record;
  const changes = budgetChanges(before, record);
  // Sums of decimal fractions are off by less than a millionth of a cent.
  const isOver = within.limits.some(
    ({ budget, most }) => committed(budget) + amountOf(changes, budget) > most + 1e-8,
  );
  return isOver ? within.otherwise : record;
}

/** The amount that changes add to one budget. */
export function amountOf(changes: ReturnType<typeof budgetChanges>, budget: string): number {
  return changes.find((one) => one.budget === budget)?.usd ?? 0;
}

/** True where the job has come to an end. */
export function hasEnded({ state }: JobRecord): boolean {
  return state === "done" || state === "failed" || state === "cancelled";
}

function toDate(ms: number): string {
  return new Date(ms).toISOString();
}
