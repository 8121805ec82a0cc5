import { InputError } from "./errors.js";
import { describeIssue } from "./issue.js";
import type { Issue } from "./issue.js";
import { checkPlain } from "./json-safety.js";
import { estimate } from "./price.js";
import { isOfType } from "./quick-check.js";
import type { Model } from "./model.js";
import type { Settings } from "./options.js";
import type { Signals } from "./time.js";
import { checkInput } from "./validate.js";

/** A call before anything is sent. */
export interface Intent {
  readonly model: Model | string;
  readonly input: unknown;
  readonly signals: Signals;
  readonly settings: Settings;
}

/** Throws an InputError that lists all that is wrong with the input, if anything is. */
export const refuseInput = (intent: Intent, check: boolean): void => {
  const { model, input } = intent;
  const found = typeof model === "object" && check ? checkInput(model, input) : checkPlain(input).issues;
  if (!isOfType("object", input) && found.length === 0)
    found.push({ path: "", message: "is not an object of fields" });
  refuse(intent, found);
};

/** Throws an InputError where the price is above the limit, or not known. A starting price counts as the price. */
export const refusePrice = (intent: Intent, maxUsd: number): void => {
  const { model, input } = intent;
  const known = typeof model === "object" ? estimate(model, input) : undefined;
  const { usd = null, basis = "", note = "an id without its module has no price" } = known ?? {};
  if (usd !== null && usd <= maxUsd) return;
  const message =
    usd === null
      ? `maxUsd is ${maxUsd}, but the price is not known: ${note}`
      : `costs about $${usd} (${basis}), more than maxUsd ${maxUsd}`;
  refuse(intent, [{ path: "", message }]);
};

/** Logs the warnings; the rest, where there is any, is thrown. */
export const refuse = ({ model, settings }: Intent, found: readonly Issue[]): void => {
  const modelId = typeof model === "object" ? model.id : model;
  const issues = found.filter((issue) => issue.severity !== "warning");
  for (const issue of found) if (issue.severity) settings.log("warn", `${modelId}: ${describeIssue(issue)}`);
  if (issues.length === 0) return;
  const lines = issues.slice(0, 20).map((issue) => `\n  ${describeIssue(issue)}`);
  throw new InputError(`Nothing was sent to ${modelId}:${lines.join("")}`, { modelId, issues });
};
