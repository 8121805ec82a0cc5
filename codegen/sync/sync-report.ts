import type { Change } from "../changes/spec-changes.js";
import { count } from "../text/counted-noun.js";
import { printable } from "../text/terminal-text.js";

/** The outcome of one model, or of an entry without a usable id. */
export interface Outcome {
  readonly name: string;
  readonly state: "created" | "updated" | "unchanged" | "missing" | "skipped";
  readonly changes: readonly Change[];
  /** Why the entry was skipped. */
  readonly reason?: string;
}

/** The output of a sync: results go line by line to `print`, everything else to `warn`. */
export interface SyncOutput {
  readonly print: (line: string) => void;
  readonly warn: (line: string) => void;
  /** Shows the present step on a terminal; an empty text clears it. */
  readonly progress: (step: string) => void;
}

/** Prints the outcome of one model; nothing for a model that did not change. */
export function printOutcome(outcome: Outcome, { print, warn, progress }: SyncOutput, dryRun: boolean): void {
  const { name, state, changes, reason } = outcome;
  if (state === "unchanged") return;
  progress("");
  if (state === "skipped") return warn(printable(`skipped ${name}: ${reason ?? ""}`));
  print(printable(`${dryRun ? "would be " : ""}${state} ${name}`));
  if (state === "created") return;
  for (const { kind, pointer, message } of changes)
    print(printable(`  ${kind.padEnd(10)} ${pointer}: ${message}`));
}

/** Counts the models of each state, in words. */
export function summarize(outcomes: readonly Outcome[], dryRun: boolean): string {
  const amountOf = (state: Outcome["state"]): number =>
    outcomes.filter((outcome) => outcome.state === state).length;
  const parts = (["created", "updated", "missing", "unchanged", "skipped"] as const)
    .map((state) => [state, amountOf(state)] as const)
    .filter(([state, amount]) => amount > 0 || state === "unchanged")
    .map(([state, amount]) => `${amount} ${state}`);
  return `${count(outcomes.length, "model")}: ${parts.join(", ")}${dryRun ? ". Nothing was written (--dry-run)" : ""}.`;
}
