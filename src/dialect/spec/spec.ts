import type { SchemaNode } from "../notation/schema-node.js";
import type { Json } from "../../input/model.js";

/** The facts of one model, as its spec file has them. Only `input` is needed. */
export interface Spec {
  readonly title?: string;
  readonly description?: string;
  readonly source?: SpecSource;
  /** Remarks that people have written into the spec. */
  readonly notes?: readonly string[];
  readonly catalogue?: SpecCatalogue;
  readonly listing?: SpecListing;
  /** A request body that shows the model at work. */
  readonly example?: { readonly [name: string]: Json };
  readonly input: SchemaNode;
  /** Schema of the output. Without it the standard media output is assumed. */
  readonly output?: SchemaNode;
}

/** The page that the facts of a spec come from. */
export interface SpecSource {
  readonly url?: string;
  /** BCP 47 tag. */
  readonly language?: string;
  /** `YYYY-MM-DD`. */
  readonly read?: string;
}

/** The live catalogue's facts of a model, in the catalogue's own names. */
export interface SpecCatalogue {
  readonly display_name?: string;
  readonly description?: string;
  readonly categories?: readonly string[];
  readonly kind?: string;
  readonly base_price_usd?: number;
  readonly price_unit?: string;
  readonly pricing_note?: string;
  /** The day on which the catalogue was first read with this price, `YYYY-MM-DD`. */
  readonly price_read?: string;
  readonly model_url?: string;
  /** `YYYY-MM-DD`. */
  readonly missing_since?: string;
  /** Fingerprints of the schema that the catalogue had, where all facts of `input` are its own. */
  readonly input_seen?: string;
  /** The facts of the catalogue's schema, where `input` has others too. */
  readonly input_schema?: SchemaNode;
}

/** Facts beside the schema that were found elsewhere than in the live catalogue, which overrules them. */
export interface SpecListing {
  /** The address of the model's page. */
  readonly page?: string;
  readonly categories?: readonly string[];
  readonly kind?: string;
  /** The kind of media that the model makes. */
  readonly makes?: string;
  readonly price?: SpecPrice;
}

/** A price, as far as it is known. */
export interface SpecPrice {
  readonly usd?: number;
  readonly unit?: string;
  readonly bound?: string;
  readonly note?: string;
  /** `YYYY-MM-DD`. */
  readonly read?: string;
}
