import type { JobRecord } from "runcomfy-models/once";
import { tooLate, within } from "../session/timer.js";
import type { Session } from "../session/session.js";
import { answer, refuse } from "../calls/answer.js";
import type { AnswerData } from "../calls/answer.js";
import type { ToolCall, ToolReply } from "../calls/tool.js";
import { findEarlier } from "./earlier-jobs.js";
import { describeError } from "./failure.js";
import { describeRecord, describeStanding } from "./job-record.js";
import { formatPrice, prepareOrder } from "./order.js";
import type { Order, OrderArguments } from "./order.js";
import { askPayment, readFacts } from "./payment.js";
import { sendOrder } from "./sending.js";

/** The arguments of the tool `submit`. */
export interface SubmitArguments extends OrderArguments {
  /** The key of an earlier job with the same input, where a second job is wanted beside it. */
  readonly beside?: string | undefined;
}

/** States of a record that may still be sent. */
const unsentStates: readonly JobRecord["state"][] = ["new", "held", "rejected"];

/**
 * Submits a job under its key, once: a key that is on record gives its job again. Asks for permission where there is no budget, and
 * answers within the limit while the paid request goes on behind.
 */
export async function submitJob(call: ToolCall, args: SubmitArguments): Promise<ToolReply> {
  const { session, signal } = call;
  const { key } = args;
  const known = await session.once.status(key);
  const order = await prepareOrder(session, args, signal);
  if ("refused" in order)
    return refuse({ ...order.refused, paid: false, ...(known && { on_record: describeRecord(known) }) });
  if (known && !unsentStates.includes(known.state)) return describeKnown(known, order);
  session.intended.set(key, { model: order.modelId, inputHash: order.inputHash });
  try {
    const earlier = await findEarlier(session, order);
    if (earlier.length > 0 && !earlier.some((one) => one.key === args.beside))
      return refuseRepetition(order, earlier[0]!.key, earlier[0]!.record);
    const unpaid = await askPayment(session, order, call.ask);
    if (unpaid) return unpaid;
    signal.throwIfAborted();
    return await send(session, order);
  } finally {
    session.intended.delete(key);
  }
}

/** The reply for a key that has its job already. */
function describeKnown(known: JobRecord, order: Order): ToolReply {
  const isSame =
    known.inputHash === "" || (known.model === order.modelId && known.inputHash === order.inputHash);
  if (isSame) return answer({ repeated: true, ...describeStanding(known) });
  return refuse({
    error: "key_conflict",
    paid: false,
    what_to_do:
      "This key belongs to another job, with another model or input. Nothing was sent. Give this job a key of its own.",
    on_record: describeRecord(known),
  });
}

function refuseRepetition(order: Order, earlier: string, record: JobRecord | undefined): ToolReply {
  return refuse({
    error: "same_input",
    paid: false,
    key: order.key,
    earlier_key: earlier,
    ...(record && { earlier_job: describeRecord(record) }),
    what_to_do:
      "Nothing was sent: a job with the same model and input was just submitted under earlier_key. If you meant that one, go on " +
      "with its key. Only if another job with the same input is wanted besides, repeat this call with beside set to earlier_key.",
  });
}

async function send(session: Session, order: Order): Promise<ToolReply> {
  const { key, modelId, price, warnings } = order;
  const facts: AnswerData = {
    ...(warnings.length > 0 && { warnings }),
  };
  const sent = sendOrder(session, order);
  try {
    const record = await within(sent, session.limits.submitMs);
    if (record === tooLate)
      return answer({
        key,
        model: modelId,
        state: "sending",
        price: formatPrice(price),
        ...facts,
        what_to_do: "It is still being sent, and goes on by itself. Call wait with this key.",
      });
    await session.permissions.remove(readFacts(session, order));
    const data = { ...describeStanding(record), ...facts, ...(await describeBudget(session)) };
    return record.state === "held" || record.state === "unknown"
      ? refuse({ ...data, error: record.state, paid: record.state === "held" ? false : "perhaps" })
      : answer(data);
  } catch (error) {
    const record = await session.once.status(key).catch(() => undefined);
    return refuse({ ...describeError(error), key, ...(record && { state: record.state }), ...facts });
  }
}

/** The dollars of the server's budget, with those that are reserved for jobs that run. */
export async function describeBudget({ budget, store }: Session): Promise<AnswerData> {
  if (!budget) return {};
  const committed = await store.committed(budget.id).catch(() => undefined);
  if (committed === undefined) return {};
  const left = Math.max(0, Math.round((budget.maxUsd - committed) * 1e6) / 1e6);
  return { budget: { name: budget.id, max_usd: budget.maxUsd, left_usd: left } };
}
