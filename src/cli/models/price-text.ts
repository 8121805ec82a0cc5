import { formatUsd } from "../terminal/money.js";
import type { Price } from "../../input/model.js";

/** A price in words, with the day on which it was read; undefined where only its unit is known. */
export function describeAmount(price: Price | undefined): string | undefined {
  if (price?.usd === undefined) return undefined;
  const bound = price.bound === "exact" ? "" : "from ";
  const read = price.readOn === undefined ? "" : `, read on ${price.readOn}`;
  return `${bound}${formatUsd(price.usd)} per ${price.unit}${read}`;
}

/** All that is known of a model's price, as a sentence or two. */
export function describePrice(price: Price | undefined): string {
  const note = price?.note ? ` ${price.note}` : "";
  const amount = describeAmount(price);
  if (amount !== undefined) return `Price: ${amount}.${note}`;
  return `Price: not in this catalogue${price ? `; charged per ${price.unit}` : ""}.${note}`;
}
