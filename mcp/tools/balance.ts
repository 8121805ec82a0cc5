import { refuseError } from "../jobs/failure.js";
import { describeBudget } from "../jobs/submission.js";
import { answer } from "../calls/answer.js";
import type { Arguments, Tool, ToolCall, ToolReply } from "../calls/tool.js";

export const balance: Tool = {
  name: "balance",
  title: "Balance and budget",
  description: "Gives the account's balance in US dollars, and what is left of this server's budget. Free.",
  input: { type: "object", properties: {}, additionalProperties: false },
  annotations: { readOnlyHint: true, openWorldHint: true },
  call: readBalance,
};

async function readBalance(_args: Arguments, { session, signal }: ToolCall): Promise<ToolReply> {
  const budget = await describeBudget(session);
  try {
    const { usd } = await session.client.balance({ signal });
    return answer({ balance_usd: usd, ...budget });
  } catch (error) {
    return refuseError(error, budget);
  }
}
