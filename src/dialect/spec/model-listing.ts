import { isFixedPrice } from "../../input/fixed-price.js";
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

/** A price of the live catalogue is a starting price, unless the catalogue's remark or the spec's own listing says otherwise. */
function toPrice({ catalogue = {}, listing = {} }: Pick<Spec, "catalogue" | "listing">): Price | undefined {
  const { base_price_usd: liveUsd, price_unit: liveUnit } = catalogue;
  const { price: own = {} } = listing;
  const isLive = liveUsd !== undefined && liveUnit !== undefined;
  const usd = isLive ? liveUsd : own.unit === undefined ? undefined : own.usd;
  const unit = liveUnit ?? own.unit;
  if (unit === undefined || (usd === undefined && !listing.price)) return undefined;
  const note = catalogue.pricing_note || own.note;
  const bound = own.bound ?? (isLive && !isFixedPrice(catalogue.pricing_note) ? "atLeast" : undefined);
  const known = bound ?? (isLive ? "exact" : undefined);
  const read = isLive ? catalogue.price_read : own.read;
  return {
    ...(usd !== undefined && { usd }),
    unit: unit as Price["unit"],
    ...(known !== undefined && { bound: known as NonNullable<Price["bound"]> }),
    ...(note !== undefined && note !== "" && { note }),
    ...(read !== undefined && { readOn: read }),
  };
}
