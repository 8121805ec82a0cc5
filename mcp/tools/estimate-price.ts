import { countedUsd, formatPrice, prepareOrder } from "../jobs/order.js";
import type { OrderArguments } from "../jobs/order.js";
import { describeBudget } from "../jobs/submission.js";
import { cleanText } from "../texts/foreign-text.js";
import { answer, refuse } from "../calls/answer.js";
import { inputArgument, modelArgument } from "./job-arguments.js";
import type { Arguments, Tool, ToolCall, ToolReply } from "../calls/tool.js";

export const estimatePrice: Tool = {
  name: "estimate",
  title: "Price of a job",
  description:
    "Checks an input and gives the price of the job before it is paid. Free. Errors of the input come back as data, with the path and " +
    "the nearest name: correct the input and call again.",
  input: {
    type: "object",
    properties: { model: modelArgument, input: inputArgument },
    required: ["model", "input"],
    additionalProperties: false,
  },
  annotations: { readOnlyHint: true, openWorldHint: true },
  call: estimateOrder,
};

async function estimateOrder(args: Arguments, { session, signal }: ToolCall): Promise<ToolReply> {
  const given = args as unknown as Omit<OrderArguments, "key">;
  const order = await prepareOrder(session, { ...given, key: "" }, signal);
  if ("refused" in order) return refuse(order.refused);
  const { price, modelId, warnings } = order;
  const counted = countedUsd(order, session);
  const { note } = price;
  return answer({
    model: modelId,
    price: formatPrice(price),
    usd: price.usd,
    bound: price.usd === null ? "unknown" : price.bound === "exact" ? "exact" : "at_least",
    basis: price.basis,
    ...(session.budget && counted !== undefined && { counted_usd: counted }),
    ...(await describeBudget(session)),
    permission: session.budget ? "budget" : "a person is asked before the job is paid",
    ...(warnings.length > 0 && { warnings }),
    ...(note !== "" && { from_service: { note: cleanText(note, 500) } }),
  });
}
