import { ConnectionError } from "./errors.js";
import type { Intent } from "./input-fault.js";
import type { Precheck } from "./options.js";
import { isCertainlyFine, isOfType } from "./quick-check.js";
import { timedOut, untilAbort, within } from "./time.js";

/** What is wrong, and in which words, is only loaded where something may be. */
const loadFaults = ({ signals }: Intent) => untilAbort(import("./input-fault.js").catch(complain), signals);

const complain = (cause: unknown): never => {
  throw new ConnectionError("The input check could not be loaded. Nothing was sent; try again.", { cause });
};

/** The request body of an input that passed every check. Rejects with an InputError that lists all that is wrong. */
export const readInput = async (intent: Intent, check: boolean): Promise<string> => {
  const { model, input } = intent;
  const schema = typeof model === "object" && check ? model.input : {};
  if (!isOfType("object", input) || !isCertainlyFine(schema, input))
    (await loadFaults(intent)).refuseInput(intent, check);
  return JSON.stringify(input);
};

/** Runs the caller's own check. Rejects with an InputError that lists what it found. */
export const runPrecheck = async (intent: Intent, precheck: Precheck, timeoutMs: number): Promise<void> => {
  const { model, input, settings, signals } = intent;
  if (typeof model !== "object") return;
  const task = (signal: AbortSignal) => precheck(model, input, { signal });
  const found = await within(settings.clock, timeoutMs, signals, task).catch((error: unknown) => {
    if (error !== timedOut) throw error;
    throw new ConnectionError(`The precheck took more than ${timeoutMs} ms. Nothing was sent.`);
  });
  if (found.length > 0) (await loadFaults(intent)).refuse(intent, found);
};

/** Rejects with an InputError where a job costs more than allowed, or nobody knows what it costs. */
export const checkPrice = async (intent: Intent, maxUsd: number): Promise<void> =>
  (await loadFaults(intent)).refusePrice(intent, maxUsd);
