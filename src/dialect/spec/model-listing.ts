import { boundOfLivePrice } from "../facts/price-bound.js";
import type { Price } from "../../input/model.js";
import { findMade } from "../facts/made-media.js";
import type { MadeMedia } from "../facts/made-media.js";
import type { Spec } from "./spec.js";

/** The facts of a model beyond its schema. */
export interface ModelListing {
  /** The address of the model's page. */
  readonly page?: string;
  readonly categories: readonly string[];
  readonly kind?: "model" | "workflow" | "inference";
  /** The kind of media that the model makes. */
  readonly makes?: MadeMedia;
  readonly price?: Price;
  /** The day on which the model was first missing from the catalogue, `YYYY-MM-DD`. */
  readonly missingSince?: string;
}

/** The facts of a model beside its schema. The live catalogue overrules a spec's own listing, fact by fact. */
export function toListing(id: string, { catalogue = {}, listing = {} }: Spec): ModelListing {
  const categories = catalogue.categories ?? listing.categories ?? [];
  const page = catalogue.model_url ?? listing.page;
  const kind = catalogue.kind ?? listing.kind;
  const makes = listing.makes ?? findMade([...categories, id]);
  const price = toPrice({ catalogue, listing });
  return {
    ...(page !== undefined && { page }),
    categories,
    ...(kind !== undefined && { kind: kind as NonNullable<ModelListing["kind"]> }),
    ...(makes !== undefined && { makes: makes as MadeMedia }),
    ...(price && { price }),
    ...(catalogue.missing_since !== undefined && { missingSince: catalogue.missing_since }),
  };
}

/**
 * The price of the live catalogue, else that of the spec's own listing. The listing decides on the bound where it states one; but its exact
 * price holds only as long as the live catalogue states no other amount, unit or remark.
 */
function toPrice({ catalogue = {}, listing = {} }: Pick<Spec, "catalogue" | "listing">): Price | undefined {
  const { base_price_usd: liveUsd, price_unit: liveUnit, pricing_note: liveNote } = catalogue;
  const { price: own = {} } = listing;
  const isLive = liveUsd !== undefined && liveUnit !== undefined;
  const unit = liveUnit ?? own.unit;
  // An amount of one unit is none of another.
  const usd = isLive ? liveUsd : own.unit === unit ? own.usd : undefined;
  if (unit === undefined || (usd === undefined && !listing.price)) return undefined;
  const note = liveNote || own.note;
  const isOther =
    (liveUsd ?? own.usd) !== own.usd || unit !== own.unit || (note !== undefined && note !== own.note);
  const live = boundOfLivePrice({ note: liveNote, usd, unit });
  const bound = own.bound === "exact" && isOther ? live : (own.bound ?? (isLive ? live : undefined));
  const read = isLive ? catalogue.price_read : own.read;
  return {
    ...(usd !== undefined && { usd }),
    unit: unit as Price["unit"],
    ...(bound !== undefined && { bound: bound as NonNullable<Price["bound"]> }),
    ...(note !== undefined && note !== "" && { note }),
    ...(read !== undefined && { readOn: read }),
  };
}
