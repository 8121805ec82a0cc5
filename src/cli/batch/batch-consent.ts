import { createInterface } from "node:readline/promises";
import type { BatchPlan } from "../../node/batch/batch-types.js";
import { CommandError } from "../terminal/exit-code.js";
import type { Terminal } from "../terminal/screen.js";
import { describePrice } from "./batch-progress.js";

/** Asks a person whether to pay, where no cap was given. A pipe cannot answer: it must give the cap. */
export async function agree(
  terminal: Terminal,
  plan: BatchPlan,
  options: { readonly maxUsd?: string; readonly yes?: boolean },
  signal: AbortSignal,
): Promise<boolean> {
  if (options.maxUsd !== undefined || options.yes) return true;
  const rows = `${plan.newRows} ${plan.newRows === 1 ? "row" : "rows"}, ${describePrice(plan)}`;
  if (!process.stdin.isTTY || process.stdin.destroyed || !terminal.isWatched)
    throw new CommandError(
      `Nothing was sent: nobody can be asked whether to pay for ${rows}. Give --max-usd with what all rows together may cost, or --yes.`,
    );
  const dialogue = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await dialogue.question(`Send ${rows}? [y/N] `, { signal });
    return /^y(?:es)?$/i.test(answer.trim());
  } finally {
    dialogue.close();
  }
}
