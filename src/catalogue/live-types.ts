/** A model as the live catalogue has it, under the catalogue's own names. New fields may appear at any time. */
export interface CatalogueEntry {
  readonly model_id: string;
  readonly display_name?: string;
  readonly description?: string;
  readonly categories?: readonly string[];
  readonly kind?: "model" | "workflow" | "inference";
  readonly base_price_usd?: number;
  readonly price_unit?: "output" | "second" | "image";
  readonly pricing_note?: string | null;
  readonly model_url?: string;
  /** A JSON Schema; only where it was asked for. */
  readonly input_schema?: { readonly [name: string]: unknown };
  readonly [name: string]: unknown;
}

/** One page of the live catalogue. */
export interface CataloguePage {
  readonly models: readonly CatalogueEntry[];
  /** The number of models on all pages. */
  readonly total: number;
  readonly limit: number;
  readonly offset: number;
}

/** Options of `listLive`; every key may be left out. */
export interface ListOptions {
  /** Only models that the service finds by this text. Default: all. */
  readonly search?: string;
  /** Only models of this category, such as `"image-to-video"`. Default: all. */
  readonly category?: string;
  /** Only entries of this kind. Default: all. */
  readonly kind?: "model" | "workflow" | "inference";
  /** With each model's `input_schema`. Default false. */
  readonly includeSchema?: boolean;
  /** 1 to 500. Default 100. */
  readonly limit?: number;
  /** The number of models to skip. Default 0. */
  readonly offset?: number;
  /** Default none. */
  readonly signal?: AbortSignal | undefined;
}
