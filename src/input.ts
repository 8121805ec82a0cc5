import { InputError } from "./errors.js";
import { describeIssue } from "./issue.js";
import type { Issue } from "./issue.js";
import { checkPlain } from "./json-safety.js";
import type { Model } from "./model.js";
import type { Settings } from "./options.js";
import { checkInput } from "./validate.js";

/** The request body of an input that passed every check. Throws an InputError that lists all that is wrong. */
export const readInput = (
  model: Model | string,
  input: unknown,
  check: boolean,
  log: Settings["log"],
): string => {
  const modelId = typeof model === "object" ? model.id : model;
  const found = typeof model === "object" && check ? checkInput(model, input) : checkPlain(input).issues;
  const issues = found.filter((issue) => issue.severity !== "warning");
  for (const issue of found) if (issue.severity) log("warn", `${modelId}: ${describeIssue(issue)}`);
  if (issues.length === 0 && (typeof input !== "object" || input === null || Array.isArray(input))) {
    issues.push({ path: "", message: "is not an object of fields" });
  }
  if (issues.length === 0) return JSON.stringify(input);
  throw refuse(modelId, issues);
};

/** Throws an InputError where a job costs more than allowed, or nobody knows what it costs. A starting price counts as the price. */
export const checkPrice = async (model: Model | string, input: unknown, maxUsd: number): Promise<void> => {
  // Few set a limit: the reckoning stays out of the bundles of the others.
  const { estimate } = await import("./price.js");
  const known = typeof model === "object" ? estimate(model, input) : undefined;
  const { usd = null, basis = "", note = "an id without its module has no price" } = known ?? {};
  if (usd !== null && usd <= maxUsd) return;
  const message =
    usd === null
      ? `maxUsd is ${maxUsd}, but the price is not known: ${note}`
      : `costs about $${usd} (${basis}), more than maxUsd ${maxUsd}`;
  throw refuse(typeof model === "object" ? model.id : model, [{ path: "", message }]);
};

const refuse = (modelId: string, issues: readonly Issue[]): InputError => {
  const lines = issues.slice(0, 20).map((issue) => `\n  ${describeIssue(issue)}`);
  return new InputError(`Nothing was sent to ${modelId}:${lines.join("")}`, { modelId, issues });
};
