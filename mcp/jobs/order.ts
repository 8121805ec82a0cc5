import { checkInput, estimate } from "runcomfy-models";
import type { CheckedModel, Estimate } from "runcomfy-models";
import { attach } from "runcomfy-models/attach";
import { digestInput } from "runcomfy-models/once";
import { findModel, isFound } from "../models/model-resolving.js";
import type { Session } from "../session/session.js";
import type { AnswerData } from "../calls/answer.js";
import { describeError, describeIssues } from "./failure.js";

/** A job that an agent intends, with its input checked and its files attached. */
export interface Order {
  readonly key: string;
  readonly modelId: string;
  readonly model: CheckedModel | string;
  /** The input as it will be sent. */
  readonly input: Readonly<Record<string, unknown>>;
  /** The input for people: files as hashes. */
  readonly shown: unknown;
  readonly inputHash: string;
  readonly price: Estimate;
  /** Remarks on the input that need not stop the job. */
  readonly warnings: readonly AnswerData[];
}

/** The reason why an order cannot be sent, as data. */
export interface Refusal {
  readonly refused: AnswerData;
}

/** An order as a call gives it. */
export interface OrderArguments {
  readonly key: string;
  readonly model: string;
  readonly input: Readonly<Record<string, unknown>>;
}

const unknownPrice: Estimate = { usd: null, bound: "atLeast", basis: "no price", note: "" };

/** Checks what a call intends, and attaches its files. Nothing is paid; files are read only from the allowed folders. */
export async function prepareOrder(
  session: Session,
  { key, model: id, input: given }: OrderArguments,
  signal: AbortSignal,
): Promise<Order | Refusal> {
  const found = await findModel(session, id, signal);
  if (!isFound(found)) return { refused: { ...found } };
  const { model } = found;
  let input = given;
  if (typeof model !== "string") {
    const { allowDirs } = session.settings;
    const [baseDirectory] = allowDirs;
    try {
      const attached = await attach<unknown>(model, given, {
        allowDirectories: allowDirs,
        ...(baseDirectory !== undefined && { baseDirectory }),
        signal,
      });
      input = attached as typeof given;
    } catch (error) {
      signal.throwIfAborted();
      return { refused: describeError(error) };
    }
  }
  const issues = typeof model === "string" ? [] : checkInput(model, input);
  const faults = issues.filter(({ severity }) => severity === undefined);
  if (faults.length > 0) return { refused: { error: "input", issues: describeIssues(faults) } };
  const { kept, inputHash } = await digestInput(input);
  const price = typeof model === "string" ? unknownPrice : estimate(model, input);
  return { key, modelId: id, model, input, shown: kept, inputHash, price, warnings: describeIssues(issues) };
}

/** US dollars that the order counts with; undefined where nothing is known. */
export function countedUsd({ price }: Order, { settings }: Session): number | undefined {
  const { assumeUsd } = settings;
  const known = price.usd ?? undefined;
  if (price.bound === "exact" || assumeUsd === undefined) return known;
  return Math.max(assumeUsd, known ?? 0);
}

/** The price in words of this package. */
export function formatPrice({ usd, bound }: Estimate): string {
  if (usd === null) return "not known";
  return bound === "exact" ? `$${usd}` : `at least $${usd}`;
}
