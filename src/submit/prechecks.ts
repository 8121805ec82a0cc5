import { ConnectionError, InputError } from "../errors/errors.js";
import { describeIssue } from "../errors/issue.js";
import type { CustomIssue, Issue } from "../errors/issue.js";
import type { CheckedModel } from "../input/define-model.js";
import { checkSendable } from "../input/sendable.js";
import type { SubmitOptions } from "../options/client-options.js";
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
  const { input, signal, settings, timeoutMs: ms } = intent;
  const { check = true, maxUsd, assumeUsd, precheck } = options;
  const model = typeof intent.model === "object" ? intent.model : undefined;
  refuse(intent, model && check ? model["~check"](input) : checkSendable(input));
  const json = JSON.stringify(input);
  if (json.length * 3 > largestRequestBytes && new TextEncoder().encode(json).length > largestRequestBytes) {
    const message = `is larger as JSON than the ${largestRequestMib} MiB that the service takes: give files as https addresses, not as data: URIs`;
    refuse(intent, [{ code: "too_large", path: "", message, expected: `at most ${largestRequestMib} MiB` }]);
  }
  // The copies that are priced and checked are read from the JSON that is sent, whatever the caller does with the object meanwhile.
  if (maxUsd !== undefined) {
    const message = checkPrice(model?.["~estimate"](JSON.parse(json)), maxUsd, assumeUsd);
    if (message) refuse(intent, [{ code: "price", path: "", message }]);
  }
  if (!precheck || !model) return json;
  const found: readonly CustomIssue[] | undefined = await scope(
    { clock: settings.clock, ms, signals: [signal] },
    (inner) => precheck(model, JSON.parse(json), { signal: inner }),
  ).catch((error: unknown) => {
    if (error !== timedOut) throw error;
    throw new ConnectionError(`The precheck took more than ${ms} ms. Nothing was sent.`);
  });
  // A check written in JavaScript may return nothing where it finds nothing.
  const issues = found ?? [];
  refuse(
    intent,
    issues.map((issue) => ({ code: "custom", ...issue })),
  );
  return json;
}

/**
 * The message of the issue where a job may cost more than `maxUsd`; undefined where its exact price, or the amount to count with,
 * is within the cap.
 */
function checkPrice(
  estimate: ReturnType<CheckedModel["~estimate"]> | undefined,
  maxUsd: number,
  assumeUsd: number | undefined,
): string | undefined {
  const { usd = null, bound, basis = "", note = "an id without its module has no price." } = estimate ?? {};
  const assumed = assumeUsd === undefined ? null : Math.max(assumeUsd, usd ?? 0);
  const counted = bound === "exact" ? usd : assumed;
  if (counted !== null)
    return counted > maxUsd
      ? `costs about $${counted} (${counted === usd ? basis : "assumeUsd"}), more than maxUsd ${maxUsd}`
      : undefined;
  const unsure =
    usd === null ? "the price is not known" : `$${usd} (${basis}) is only where the price starts`;
  return `maxUsd is ${maxUsd}, but ${unsure}: ${note} Set assumeUsd to the dollars to count with`;
}

/** Logs the warnings, and throws an InputError with the other issues where there are any. */
function refuse({ modelId, settings }: Intent, found: readonly Issue[]): void {
  const issues = found.filter(({ severity }) => severity !== "warning");
  for (const issue of found) if (issue.severity) settings.log("warn", `${modelId}: ${describeIssue(issue)}`);
  if (issues.length === 0) return;
  const lines = issues.slice(0, 20).map((issue) => `\n  ${describeIssue(issue)}`);
  throw new InputError(`Nothing was sent to ${modelId}:${lines.join("")}`, { modelId, issues });
}
