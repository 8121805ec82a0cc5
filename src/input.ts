import { ConnectionError, InputError } from "./errors.js";
import { describeIssue } from "./issue.js";
import type { Issue } from "./issue.js";
import { checkPlain } from "./json-safety.js";
import type { Model } from "./model.js";
import type { Precheck, Settings } from "./options.js";
import { timedOut, within } from "./time.js";
import type { Signals } from "./time.js";
import { checkInput } from "./validate.js";

type Log = Settings["log"];

/** The request body of an input that passed every check. Throws an InputError that lists all that is wrong. */
export const readInput = (model: Model | string, input: unknown, check: boolean, log: Log): string => {
  const found = typeof model === "object" && check ? checkInput(model, input) : checkPlain(input).issues;
  const isObject = typeof input === "object" && input !== null && !Array.isArray(input);
  if (!isObject && found.length === 0) found.push({ path: "", message: "is not an object of fields" });
  refuse(model, found, log);
  return JSON.stringify(input);
};

/** Runs the caller's own check. Throws an InputError that lists what it found. */
export const runPrecheck = async (
  { clock, log }: Settings,
  precheck: Precheck,
  model: Model,
  input: unknown,
  timeoutMs: number,
  signals: Signals,
): Promise<void> => {
  const found = await within(clock, timeoutMs, signals, (signal) => precheck(model, input, { signal })).catch(
    (error: unknown) => {
      if (error !== timedOut) throw error;
      throw new ConnectionError(`The precheck took more than ${timeoutMs} ms. Nothing was sent.`);
    },
  );
  refuse(model, found, log);
};

/** Throws an InputError where a job costs more than allowed, or nobody knows what it costs. A starting price counts as the price. */
export const checkPrice = async (
  model: Model | string,
  input: unknown,
  maxUsd: number,
  log: Log,
): Promise<void> => {
  // Few set a limit: the reckoning stays out of the bundles of the others.
  const { estimate } = await import("./price.js");
  const known = typeof model === "object" ? estimate(model, input) : undefined;
  const { usd = null, basis = "", note = "an id without its module has no price" } = known ?? {};
  if (usd !== null && usd <= maxUsd) return;
  const message =
    usd === null
      ? `maxUsd is ${maxUsd}, but the price is not known: ${note}`
      : `costs about $${usd} (${basis}), more than maxUsd ${maxUsd}`;
  refuse(model, [{ path: "", message }], log);
};

/** Logs the warnings; the rest, where there is any, is thrown. */
const refuse = (model: Model | string, found: readonly Issue[], log: Log): void => {
  const modelId = typeof model === "object" ? model.id : model;
  const issues = found.filter((issue) => issue.severity !== "warning");
  for (const issue of found) if (issue.severity) log("warn", `${modelId}: ${describeIssue(issue)}`);
  if (issues.length === 0) return;
  const lines = issues.slice(0, 20).map((issue) => `\n  ${describeIssue(issue)}`);
  throw new InputError(`Nothing was sent to ${modelId}:${lines.join("")}`, { modelId, issues });
};
