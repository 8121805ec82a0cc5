import { InputError } from "./errors.js";
import { describeIssue } from "./issue.js";
import type { Issue } from "./issue.js";
import { checkPlain } from "./json-safety.js";
import type { Model } from "./model.js";
import type { Settings, SubmitOptions } from "./options.js";
import { estimate } from "./price.js";
import { checkInput } from "./validate.js";

/** The request body of an input, once it has passed every check that needs no request. Rejects with an InputError that lists all that is wrong. */
export const readInput = (
  model: Model | string,
  input: unknown,
  { check = true, maxUsd }: SubmitOptions,
  log: Settings["log"],
): string => {
  const typed = typeof model === "object" ? model : undefined;
  const modelId = typed?.id ?? String(model);
  const found = typed && check ? checkInput(typed, input) : [...checkPlain(input).issues];
  const issues = found.filter((issue) => issue.severity !== "warning");
  for (const issue of found) if (issue.severity) log("warn", `${modelId}: ${describeIssue(issue)}`);
  if (issues.length === 0 && (typeof input !== "object" || input === null || Array.isArray(input))) {
    issues.push({ path: "", message: "is not an object of fields" });
  }
  if (issues.length === 0 && maxUsd !== undefined) {
    const over = checkPrice(typed, input, maxUsd);
    if (over) issues.push({ path: "", message: over });
  }
  if (issues.length === 0) return JSON.stringify(input);
  const lines = issues.slice(0, 20).map((issue) => `\n  ${describeIssue(issue as Issue)}`);
  throw new InputError(
    `Nothing was sent to ${modelId}: the input has ${issues.length} faults:${lines.join("")}`,
    {
      modelId,
      issues,
    },
  );
};

const checkPrice = (model: Model | undefined, input: unknown, maxUsd: number): string => {
  const {
    usd = null,
    note = "an id without its module has no price",
    basis = "",
  } = model ? estimate(model, input) : {};
  if (usd === null) return `maxUsd is ${maxUsd}, but the price is not known: ${note}`;
  return usd <= maxUsd ? "" : `costs about $${usd} (${basis}), more than maxUsd ${maxUsd}`;
};
