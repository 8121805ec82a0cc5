import type { Price } from "../../src/input/model.js";
import { isFixedPrice } from "../../src/input/fixed-price.js";
import type { Spec } from "../specs/model/spec.js";
import type { Listing } from "./api.js";

/** The facts of a model beside its schema. The live catalogue overrules a spec's own listing, fact by fact. */
export function toListing({ catalogue = {}, listing = {} }: Spec): Listing {
  const categories = catalogue.categories ?? listing.categories ?? [];
  const page = catalogue.model_url ?? listing.page;
  const kind = catalogue.kind ?? listing.kind;
  const makes = listing.makes ?? findMade(categories);
  const price = toPrice({ catalogue, listing });
  return {
    ...(page !== undefined && { page }),
    categories,
    ...(kind !== undefined && { kind: kind as NonNullable<Listing["kind"]> }),
    ...(makes !== undefined && { makes: makes as NonNullable<Listing["makes"]> }),
    ...(price && { price }),
    ...(catalogue.missing_since !== undefined && { missingSince: catalogue.missing_since }),
  };
}

/** The media that a model makes, from a category such as `text-to-video`. */
function findMade(categories: readonly string[]): string | undefined {
  return categories.map((category) => /-to-(image|video|audio)$/.exec(category)?.[1]).find(Boolean);
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
  return {
    ...(usd !== undefined && { usd }),
    unit: unit as Price["unit"],
    ...(known !== undefined && { bound: known as NonNullable<Price["bound"]> }),
    ...(note !== undefined && note !== "" && { note }),
    ...(own.read !== undefined && !isLive && { readOn: own.read }),
  };
}
