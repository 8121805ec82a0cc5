import type { CallToolResult } from "@modelcontextprotocol/server";
import type { Asker } from "../permission/asker.js";
import type { Permission, PermissionFacts } from "../permission/permission-book.js";
import type { Session } from "../session/session.js";
import { cleanLine } from "../texts/foreign-text.js";
import { refuse } from "../calls/answer.js";
import type { ToolReply } from "../calls/tool.js";
import { countedUsd, formatPrice } from "./order.js";
import type { Order } from "./order.js";

/**
 * Permission to pay for an order: given by the server's budget, by a person in a terminal, or by the person in front of the client.
 * Undefined where it is given, else the reply of the call.
 */
export async function askPayment(session: Session, order: Order, ask: Asker): Promise<ToolReply | undefined> {
  // The store compares the budget with the price in the step that claims the job.
  if (session.budget) return undefined;
  const facts = readFacts(session, order);
  if (await session.permissions.isAllowed(facts)) return undefined;
  const outcome = await ask({ code: describeFacts(facts), message: facts.question });
  if (outcome === "yes") return undefined;
  // The question is noted even while it is on its way: the client may never bring the answer, and a person can then give it in a
  // terminal.
  const permission = await session.permissions.note(facts);
  return typeof outcome === "object" ? outcome : refuseUnpaid(outcome, order, permission);
}

/** The facts that a permission for the order is bound to. */
export function readFacts(session: Session, order: Order): PermissionFacts {
  const { key, modelId: model, inputHash } = order;
  const usd = countedUsd(order, session);
  return {
    origin: session.client.origin,
    key,
    model,
    inputHash,
    ...(usd !== undefined && { usd }),
    question: formatQuestion(order),
  };
}

function describeFacts({ origin, key, model, inputHash, usd }: PermissionFacts): string {
  return JSON.stringify([origin, key, model, inputHash, usd]);
}

/** The price stands first: nothing in the input can push it out of sight. */
function formatQuestion({ key, modelId, price, shown }: Order): string {
  return [
    `Pay for one job? Price: ${formatPrice(price)}.`,
    `Model: ${cleanLine(modelId)}`,
    `Input: ${cleanLine(JSON.stringify(shown), 600)}`,
    `Key: ${cleanLine(JSON.stringify(key))}`,
  ].join("\n");
}

const reasons = {
  no: "The answer was no. Perhaps nobody was asked: some clients decline by themselves without showing the question.",
  silent:
    "No answer came. Perhaps nobody was asked: some clients say that they can ask, and never show the question.",
  cannot:
    "This server has no budget (--max-usd), so each paid job needs a person's yes, and this client cannot ask.",
} as const;

function refuseUnpaid(
  outcome: keyof typeof reasons,
  { key, modelId, price }: Order,
  { code }: Permission,
): CallToolResult {
  return refuse({
    error: "not_permitted",
    paid: false,
    key,
    model: modelId,
    price: formatPrice(price),
    reason: `Nothing was sent and nothing was paid. ${reasons[outcome]}`,
    what_to_do:
      "Ask the person whether to pay. A person can allow this job in a terminal, with the command below, or give this " +
      "server a budget with --max-usd; then repeat this call with the same key. Do not run the command yourself.",
    command_for_a_person: `npx runcomfy-mcp allow ${code}`,
  });
}
