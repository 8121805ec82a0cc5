import { ConnectionError, InputError } from "../errors/errors.js";
import { describeIssue } from "../errors/issue.js";
import type { CustomIssue, Issue } from "../errors/issue.js";
import type { CheckedModel } from "../input/define-model.js";
import { checkSendable } from "../input/sendable.js";
import type { Estimate } from "../input/price.js";
import type { Precheck, SubmitOptions } from "../options/client-options.js";
import type { Settings } from "../options/settings.js";
import { largestRequestBytes, largestRequestMib } from "../protocol/body-limits.js";
import { scope, timedOut } from "../time/scope.js";

/** A call before anything is sent. */
interface Intent {
  readonly model: CheckedModel | string;
  readonly modelId: string;
  readonly input: unknown;
  readonly signal: AbortSignal | undefined;
  readonly settings: Pick<Settings, "clock" | "log">;
  readonly timeoutMs: number;
}

/** The JSON of an input that passed every check. Rejects with an InputError that lists all that is wrong. */
export async function checkIntent(intent: Intent, options: SubmitOptions): Promise<string> {
  const { input } = intent;
  const { check = true, maxUsd, assumeUsd, precheck } = options;
  const model = typeof intent.model === "object" ? intent.model : undefined;
  refuse(intent, model && check ? model["~check"](input) : checkSendable(input));
  const json = JSON.stringify(input);
  refuse(intent, checkSize(json));
  // The copies that are priced and checked are read from the JSON that is sent, whatever the caller does with the object meanwhile.
  if (maxUsd !== undefined)
    refuse(intent, checkPrice(model?.["~estimate"](JSON.parse(json)), maxUsd, assumeUsd));
  if (precheck && model) refuse(intent, await runPrecheck(intent, model, precheck, JSON.parse(json)));
  return json;
}

function checkSize(json: string): Issue[] {
  // A code unit has at most three bytes: most inputs are so small that nothing need be counted.
  if (json.length * 3 <= largestRequestBytes) return [];
  if (new TextEncoder().encode(json).length <= largestRequestBytes) return [];
  const expected = `at most ${largestRequestMib} MiB`;
  const message = `is larger as JSON than the ${largestRequestMib} MiB that the service takes: give files as https addresses, not as data: URIs`;
  return [{ code: "too_large", path: "", message, expected }];
}

/** An issue where a job may cost more than `maxUsd`; none where its exact price, or the amount to count with, is within the cap. */
function checkPrice(estimate: Estimate | undefined, maxUsd: number, assumeUsd: number | undefined): Issue[] {
  const { usd = null, bound, basis = "", note = "an id without its module has no price." } = estimate ?? {};
  const assumed = assumeUsd === undefined ? null : Math.max(assumeUsd, usd ?? 0);
  const counted = bound === "exact" ? usd : assumed;
  if (counted !== null && counted <= maxUsd) return [];
  const unsure = usd === null ? "the price is not known" : `$${usd} (${basis}) is only a starting price`;
  const message =
    counted === null
      ? `maxUsd is ${maxUsd}, but ${unsure}: ${note} Set assumeUsd to the dollars to count with`
      : `costs about $${counted} (${counted === usd ? basis : "assumeUsd"}), more than maxUsd ${maxUsd}`;
  return [{ code: "price", path: "", message }];
}

/** Runs the caller's own check within the time of the call. */
async function runPrecheck(
  { settings: { clock }, signal, timeoutMs: ms }: Intent,
  model: CheckedModel,
  precheck: Precheck,
  copy: unknown,
): Promise<Issue[]> {
  const found: readonly CustomIssue[] | undefined = await scope({ clock, ms, signals: [signal] }, (inner) =>
    precheck(model, copy, { signal: inner }),
  ).catch((error: unknown) => {
    if (error !== timedOut) throw error;
    throw new ConnectionError(`The precheck took more than ${ms} ms. Nothing was sent.`);
  });
  // A check written in JavaScript may return nothing where it finds nothing.
  return (found ?? []).map((issue) => ({ code: "custom", ...issue }));
}

/** Logs the warnings, and throws an InputError with the other issues where there are any. */
function refuse({ modelId, settings }: Intent, found: readonly Issue[]): void {
  const issues = found.filter(({ severity }) => severity !== "warning");
  for (const issue of found) if (issue.severity) settings.log("warn", `${modelId}: ${describeIssue(issue)}`);
  if (issues.length === 0) return;
  const lines = issues.slice(0, 20).map((issue) => `\n  ${describeIssue(issue)}`);
  throw new InputError(`Nothing was sent to ${modelId}:${lines.join("")}`, { modelId, issues });
}
