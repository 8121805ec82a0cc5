import { ConnectionError, InputError } from "../errors/errors.js";
import { describeIssue } from "../errors/issue.js";
import type { CustomIssue, Issue } from "../errors/issue.js";
import type { CheckedModel } from "../input/define-model.js";
import { checkSendable } from "../input/sendable.js";
import type { Precheck, SubmitOptions } from "../options/client-options.js";
import type { Settings } from "../options/settings.js";
import { scope, timedOut } from "../time/scope.js";

/** A call before anything is sent. */
interface Intent {
  readonly model: CheckedModel | string;
  readonly modelId: string;
  readonly input: unknown;
  readonly signal: AbortSignal;
  readonly settings: Settings;
  readonly timeoutMs: number;
}

/** The service's nodes take no larger body. */
const mostBytes = 48 * 2 ** 20;

/** The JSON of an input that passed every check. Rejects with an InputError that lists all that is wrong. */
export async function checkIntent(intent: Intent, options: SubmitOptions): Promise<string> {
  const { model, input } = intent;
  const { check = true, maxUsd, assumeUsd, precheck } = options;
  refuse(intent, typeof model === "object" && check ? model["~check"](input) : checkSendable(input));
  const json = JSON.stringify(input);
  refuse(intent, checkSize(json));
  // A copy: what is priced and checked is what is sent, whatever the caller does with the object meanwhile.
  const copy: unknown = maxUsd !== undefined || precheck ? JSON.parse(json) : undefined;
  if (maxUsd !== undefined) refuse(intent, checkPrice(model, copy, maxUsd, assumeUsd));
  if (precheck && typeof model === "object") refuse(intent, await runPrecheck(intent, model, copy, precheck));
  return json;
}

function checkSize(json: string): Issue[] {
  const isLarge = json.length > mostBytes || (json.length * 3 > mostBytes && countBytes(json) > mostBytes);
  if (!isLarge) return [];
  const expected = "at most 48 MiB";
  const message = `is larger as JSON than the service takes: give files as https addresses, not as data: URIs; expected ${expected}`;
  return [{ code: "too_large", path: "", message, expected }];
}

function countBytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** A job costs at most `maxUsd` where its price is known exactly, or the caller says what to count with. */
function checkPrice(
  model: CheckedModel | string,
  input: unknown,
  maxUsd: number,
  assumeUsd: number | undefined,
): Issue[] {
  const estimate = typeof model === "object" ? model["~estimate"](input) : undefined;
  const { usd = null, bound, basis = "", note = "an id without its module has no price." } = estimate ?? {};
  const counted = bound === "exact" && usd !== null ? usd : assumeUsd && Math.max(assumeUsd, usd ?? 0);
  if (counted !== undefined && counted <= maxUsd) return [];
  const unsure =
    usd === null ? "the price is not known" : `$${usd} (${basis}) is only where the price starts`;
  const message =
    counted === undefined
      ? `maxUsd is ${maxUsd}, but ${unsure}: ${note} Set assumeUsd to the dollars to count with`
      : `costs about $${counted} (${counted === usd ? basis : "assumeUsd"}), more than maxUsd ${maxUsd}`;
  return [{ code: "price", path: "", message }];
}

async function runPrecheck(
  { settings, signal, timeoutMs }: Intent,
  model: CheckedModel,
  input: unknown,
  precheck: Precheck,
): Promise<Issue[]> {
  const limits = { clock: settings.clock, ms: timeoutMs, signals: [signal] };
  try {
    const issues = await scope(limits, (inner) => precheck(model, input, { signal: inner }));
    // A plain JavaScript function that finds nothing may give nothing.
    const found: readonly CustomIssue[] = (issues as typeof issues | undefined) ?? [];
    return found.map((issue) => ({ code: "custom", ...issue }));
  } catch (error) {
    if (error !== timedOut) throw error;
    throw new ConnectionError(`The precheck took more than ${timeoutMs} ms. Nothing was sent.`);
  }
}

/** Logs the warnings; the rest, where there is any, is thrown. */
function refuse({ modelId, settings }: Intent, found: readonly Issue[]): void {
  const issues = found.filter(({ severity }) => severity !== "warning");
  for (const issue of found) if (issue.severity) settings.log("warn", `${modelId}: ${describeIssue(issue)}`);
  if (issues.length === 0) return;
  const lines = issues.slice(0, 20).map((issue) => `\n  ${describeIssue(issue)}`);
  throw new InputError(`Nothing was sent to ${modelId}:${lines.join("")}`, { modelId, issues });
}
