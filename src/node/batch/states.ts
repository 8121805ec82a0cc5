import type { State } from "../../once/record.js";
import type { StateCounts } from "./batch-types.js";

/** Counters of rows by state, all 0. */
export function countStates(): { -readonly [state in keyof StateCounts]: StateCounts[state] } {
  return {
    new: 0,
    held: 0,
    sending: 0,
    accepted: 0,
    unknown: 0,
    done: 0,
    failed: 0,
    cancelled: 0,
    rejected: 0,
  };
}

/** States of rows that a run may send. */
export function maySend(state: State, retry: "failed" | undefined): boolean {
  if (state === "new" || state === "held") return true;
  return retry === "failed" && (state === "failed" || state === "cancelled" || state === "rejected");
}
