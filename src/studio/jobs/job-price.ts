import type { CheckedModel } from "../../index.js";
import type { PriceEstimate } from "../api-types.js";
import { describeEstimate } from "../models/price-words.js";
import { ApiRefusal } from "./api-refusal.js";
import type { StudioParts } from "./studio-parts.js";

/** The price of a job before it is paid, and the dollars that the budget counts for it. */
export function priceJob(
  parts: Pick<StudioParts, "budget" | "assumeUsd" | "gallery">,
  model: CheckedModel,
  input: unknown,
  assumeUsd = parts.assumeUsd,
): PriceEstimate {
  const estimate = model["~estimate"](input);
  const usd = estimate.usd ?? undefined;
  const isExact = usd !== undefined && estimate.bound === "exact";
  const shown = {
    ...(usd !== undefined && { usd }),
    bound: estimate.bound,
    text: describeEstimate(estimate),
  };
  if (!parts.budget) return shown;
  if (isExact) return { ...shown, countedUsd: usd };
  if (assumeUsd === undefined) return { ...shown, needsAssumption: true };
  return { ...shown, countedUsd: Math.max(assumeUsd, usd ?? 0, highestCost(parts, model.id)) };
}

/** US dollars: the highest cost that is on record for a job of a model; 0 where there is none. */
export function highestCost({ gallery }: Pick<StudioParts, "gallery">, modelId: string): number {
  return gallery
    .all()
    .reduce(
      (most, { source }) =>
        source?.record.model === modelId ? Math.max(most, source.record.costUsd ?? 0) : most,
      0,
    );
}

/** Refuses a price above the one that the page showed, and a price that the budget cannot count. */
export function refusePrice(price: PriceEstimate, agreedUsd: number | undefined): void {
  if (agreedUsd !== undefined && (price.usd ?? 0) > agreedUsd)
    throw new ApiRefusal(
      409,
      "price",
      `Nothing was sent: the job costs ${price.text} by now, and the page showed $${agreedUsd}. Check it again.`,
    );
  if (price.needsAssumption)
    throw new ApiRefusal(
      409,
      "price",
      "Nothing was sent: there is a budget, and the price of this job is not certain. Say what to count for it, " +
        "or start the studio with --assume-usd.",
    );
}
