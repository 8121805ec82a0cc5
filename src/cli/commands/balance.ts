import { formatUsd } from "../terminal/money.js";
import { printJson } from "../terminal/screen.js";
import type { Terminal } from "../terminal/screen.js";
import type { ServiceArgs } from "../session/job-args.js";
import { openSession } from "../session/session.js";

/** `balance`: the dollars that are left. */
export async function showBalance(terminal: Terminal, options: ServiceArgs): Promise<void> {
  const { client } = await openSession(terminal, options);
  const balance = await client.balance();
  terminal.out(options.json ? printJson(balance) : formatUsd(balance.usd));
}
