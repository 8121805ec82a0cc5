import type { RecordId } from "./record.js";

/** The name of a batch's budget in its store: a name that no other batch and no other service has. */
export function nameBudget({ origin, space }: Pick<RecordId, "origin" | "space">): string {
  return JSON.stringify([origin, space]);
}
