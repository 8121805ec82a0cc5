import { ConfigError } from "../../errors/errors.js";
import {
  aBoolean,
  aCount,
  aFunction,
  aNumber,
  anything,
  aPositiveNumber,
  aSignal,
  aText,
  checkOptions,
  aClock,
} from "../../options/check-options.js";
import type { OptionRules } from "../../options/check-options.js";
import type { BatchOptions } from "./batch-types.js";

const rules: OptionRules<BatchOptions> = {
  client: anything,
  model: anything,
  rows: anything,
  record: anything,
  space: aText,
  directory: aText,
  save: anything,
  submits: aCount,
  running: aCount,
  maxUsd: aNumber,
  assumeUsd: aNumber,
  timeoutMs: aPositiveNumber,
  checkOnly: aBoolean,
  retry: (value) => (value === "failed" ? undefined : '"failed"'),
  fetch: (value) => (value === "missing" ? undefined : '"missing"'),
  results: aText,
  attach: aFunction,
  onPlan: aFunction,
  onEvent: aFunction,
  signal: aSignal,
  clock: aClock,
};

const renamed = { journal: "record", usdIfUnknown: "assumeUsd", concurrency: "running", dir: "directory" };

/** Refuses options that cannot be used. */
export function checkBatchOptions(options: BatchOptions): void {
  checkOptions("runBatch", options, rules, renamed);
  const { client, model, rows, record } = options;
  if (!client || !rows || !record) throw new ConfigError("runBatch needs a client, rows, and a record.");
  if (typeof model !== "object" || !model["~check"])
    throw new ConfigError(
      "runBatch needs a model with a check of its own: a generated module's, or one of defineModel.",
    );
}
