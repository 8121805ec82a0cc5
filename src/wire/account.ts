import type { SignalOptions } from "../options/client-options.js";
import { checkOptions } from "../options/check-options.js";
import { signalRules } from "../options/option-rules.js";
import { misunderstood } from "../protocol/reply-error.js";
import { underSignals } from "../time/scope.js";
import type { Requests } from "./requests.js";

/** The account's balance. */
export interface Balance {
  readonly usd: number;
  /** Millionths of a dollar; exact where `usd` is rounded. */
  readonly microdollars: number;
  readonly currency: string;
}

/** Asks for the account's balance. */
export async function readBalance(requests: Requests, options: SignalOptions = {}): Promise<Balance> {
  checkOptions("balance", options, signalRules);
  const { balanceUrl: baseUrl, signal: ownSignal } = requests.settings;
  const answer = await underSignals([options.signal, ownSignal], (signal) =>
    requests.ask({
      call: "balance",
      send: (api, init) => api.GET("/prod/v2/balance", { ...init, baseUrl }),
      signal,
    }),
  );
  const { balance_usd: usd, balance_microdollars: micro, currency } = answer.body;
  // Whole numbers that JavaScript cannot hold arrive as text.
  const millionths = typeof micro === "string" && micro ? Number(micro) : micro;
  const dollars = typeof usd === "number" ? usd : typeof millionths === "number" ? millionths / 1e6 : NaN;
  if (!Number.isFinite(dollars)) throw misunderstood(answer, "amount");
  const microdollars = typeof micro === "number" ? micro : Math.round(dollars * 1e6);
  return { usd: dollars, microdollars, currency: typeof currency === "string" ? currency : "USD" };
}
