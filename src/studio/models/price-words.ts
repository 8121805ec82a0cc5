import type { Price } from "../../index.js";
import type { Estimate } from "../../index.js";
import type { PriceSummary } from "../api-types.js";

/** The price of one unit, for a list; nothing where the catalogue states none. */
export function summarizePrice(price: Price | undefined): { readonly price?: PriceSummary } {
  if (price?.usd === undefined) return {};
  const { usd, unit, bound: own = "atLeast" } = price;
  return { price: { usd, bound: own, text: `${own === "exact" ? "" : "from "}$${usd} per ${unit}` } };
}

/** The price of a job in words. */
export function describeEstimate({ usd, bound, basis }: Estimate): string {
  if (usd === null) return "price not known";
  return `${bound === "exact" ? "" : "at least "}$${usd} (${basis})`;
}
