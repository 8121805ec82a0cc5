import type { Failed, Waiter, WaitState } from "./wait-state.js";

/** A new job may be unknown to some of the service's machines for so long. */
export const jobGraceMs = 60_000;

/** The result of a finished job may be missing for so long: until then it is asked for again after a 404. */
const resultGraceMs = 120_000;

/** The moment until which "no such job" may pass: a job that was submitted just now may be unknown to some machines. */
export function missingUntil({ isSubmitted, createdAt }: Pick<Waiter, "isSubmitted" | "createdAt">): number {
  return isSubmitted ? createdAt + jobGraceMs : -Infinity;
}

/** Tells whether a failed poll ends the wait of a waiter: the service says for certain that there is nothing to wait for. */
export function endsWait(
  { isSubmitted, createdAt }: Waiter,
  { status, kind, isPassing }: Failed,
  { finishedAt, update, isMissing: wasMissing }: WaitState,
  now: number,
): boolean {
  const isMissing = kind === "missing";
  if (finishedAt !== undefined) {
    const isUnavailable = isMissing || status === 409 || status === 425;
    return kind === "too_long" || (isUnavailable && now - finishedAt >= resultGraceMs);
  }
  if (isMissing) return wasMissing === true && (update !== undefined || now - createdAt >= jobGraceMs);
  // A job that was neither submitted here nor ever seen may never have existed.
  return !isSubmitted && !update && !isPassing;
}
