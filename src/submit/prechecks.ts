import { ConnectionError, InputError } from "../errors/errors.js";
import { describeIssue, makeIssue } from "../errors/issue.js";
import type { CustomIssue } from "../errors/issue.js";
import type { Model } from "../input/model.js";
import type { Precheck, Settings } from "../options/client-options.js";
import { timedOut, untilAbort, within } from "../time/clock.js";
import type { Signals } from "../time/clock.js";
import { checkInput } from "../input/check.js";

/** A call before anything is sent. */
interface Intent {
  readonly model: Model | string;
  readonly input: unknown;
  readonly signals: Signals;
  readonly settings: Settings;
}

/** The request body of an input that passed every check. Rejects with an InputError that lists all that is wrong. */
export async function readInput(intent: Intent, check: boolean): Promise<string> {
  const { model, input } = intent;
  refuse(intent, checkInput(typeof model === "object" && check ? model : anyFields, input));
  return JSON.stringify(input);
}

const anyFields = { input: { type: "object" } } as const;

/** Runs the caller's own check. Rejects with an InputError that lists what it found. */
export async function runPrecheck(intent: Intent, precheck: Precheck, timeoutMs: number): Promise<void> {
  const { model, input, settings, signals } = intent;
  if (typeof model !== "object") return;
  const task = (signal: AbortSignal) => precheck(model, input, { signal });
  const found = await within(settings.clock, timeoutMs, signals, task).catch((error: unknown) => {
    if (error !== timedOut) throw error;
    throw new ConnectionError(`The precheck took more than ${timeoutMs} ms. Nothing was sent.`);
  });
  // A plain JavaScript function that finds nothing may give nothing.
  refuse(intent, (found as typeof found | undefined) ?? []);
}

/** Rejects with an InputError where a job costs more than allowed, or nobody knows. A starting price counts as the price. */
export async function checkPrice(intent: Intent, maxUsd: number): Promise<void> {
  const { model, input, signals } = intent;
  const { estimate } = await untilAbort(import("../input/price.js").catch(complain), signals);
  const known = typeof model === "object" ? estimate(model, input) : undefined;
  const { usd = null, basis = "", note = "an id without its module has no price" } = known ?? {};
  if (usd !== null && usd <= maxUsd) return;
  const message =
    usd === null
      ? `maxUsd is ${maxUsd}, but the price is not known: ${note}`
      : `costs about $${usd} (${basis}), more than maxUsd ${maxUsd}`;
  refuse(intent, [makeIssue({ code: "price", reason: message })]);
}

function complain(cause: unknown): never {
  throw new ConnectionError("The price check could not be loaded. Nothing was sent; try again.", { cause });
}

/** Logs the warnings; the rest, where there is any, is thrown. */
function refuse({ model, settings }: Intent, found: readonly CustomIssue[]): void {
  const modelId = typeof model === "object" ? model.id : model;
  const issues = found
    .filter((issue) => issue.severity !== "warning")
    .map((issue) => ({ ...issue, code: issue.code ?? ("custom" as const) }));
  for (const issue of found) if (issue.severity) settings.log("warn", `${modelId}: ${describeIssue(issue)}`);
  if (issues.length === 0) return;
  const lines = issues.slice(0, 20).map((issue) => `\n  ${describeIssue(issue)}`);
  throw new InputError(`Nothing was sent to ${modelId}:${lines.join("")}`, { modelId, issues });
}
