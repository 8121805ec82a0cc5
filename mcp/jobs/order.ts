import { checkInput, estimate } from "runcomfy-models";
import type { CheckedModel, Estimate } from "runcomfy-models";
import { attachFiles } from "runcomfy-models/attach";
import type { FileAttacher } from "runcomfy-models/attach";
import { digestInput } from "runcomfy-models/once";
import type { AttachInput } from "runcomfy-models/once";
import { findModel, isFound } from "../models/model-resolving.js";
import type { Session } from "../session/session.js";
import type { AnswerData } from "../calls/answer.js";
import { describeError, describeIssues } from "./failure.js";

/** A job that an agent intends, with its input checked. */
export interface Order {
  readonly key: string;
  readonly modelId: string;
  readonly model: CheckedModel | string;
  /** The input as the agent gave it, with paths of files. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Attaches the files when the job is sent, and not before: a question or an estimate uploads nothing. */
  readonly attach?: AttachInput;
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

/** Checks the job that a call intends, with its files. Nothing is paid or uploaded; files are read only from the allowed folders. */
export async function prepareOrder(
  session: Session,
  { key, model: id, input: given }: OrderArguments,
  signal: AbortSignal,
): Promise<Order | Refusal> {
  const found = await findModel(session, id, signal);
  if (!isFound(found)) return { refused: { ...found } };
  const { model } = found;
  const attach = typeof model === "string" ? undefined : makeAttacher(session, model);
  let noted: unknown = given;
  try {
    if (attach) noted = await attach.note(given, { signal });
  } catch (error) {
    signal.throwIfAborted();
    return { refused: describeError(error) };
  }
  const issues = typeof model === "string" ? [] : checkInput(model, noted);
  const faults = issues.filter(({ severity }) => severity === undefined);
  if (faults.length > 0) return { refused: { error: "input", issues: describeIssues(faults) } };
  const { kept, inputHash } = await digestInput(noted);
  const price = typeof model === "string" ? unknownPrice : estimate(model, noted as typeof given);
  const order = { key, modelId: id, model, input: given, shown: kept, inputHash, price };
  return { ...order, ...(attach && { attach: keepNoted(attach, noted) }), warnings: describeIssues(issues) };
}

function makeAttacher({ settings }: Session, model: CheckedModel): FileAttacher {
  const { allowDirs, upload } = settings;
  const [baseDirectory] = allowDirs;
  return attachFiles(model, {
    allowDirectories: allowDirs,
    ...(baseDirectory !== undefined && { baseDirectory }),
    ...(upload && { upload }),
  });
}

/** Attaches only the files that were noted, because a person has agreed to those. */
function keepNoted(attach: FileAttacher, noted: unknown): AttachInput {
  const attachNoted: AttachInput = async (input, call) => {
    const now = await attach.note(input, call);
    if (JSON.stringify(now) !== JSON.stringify(noted))
      throw new Error("A file of the input has changed meanwhile. Nothing was sent: repeat the call.");
    return attach(input, call);
  };
  return Object.assign(attachNoted, { note: async () => noted });
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
