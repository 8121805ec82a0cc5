import type { ObjectSchema } from "../../src/dialect/notation/object-schema.js";
import type { Json, Price, Schema } from "../../src/input/model.js";

/** Everything the targets emit from: readonly, serialisable, free of files and of TypeScript. */
export interface Api {
  /** The OpenAPI 3.1 document of what all models share, as `specs/api.json` has it. */
  readonly lifecycle: LifecycleDocument;
  /** True where `lifecycle` is the specs folder's own; otherwise it is the one that the generator brings along. */
  readonly ownLifecycle: boolean;
  /** By id, in code point order. */
  readonly models: readonly ApiModel[];
}

/** An OpenAPI document, as plain JSON. */
export type LifecycleDocument = { readonly [key: string]: Json };

/** One model, normalised: both schemas hold only keywords of {@link Schema}, with titles and descriptions. */
export interface ApiModel {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly source: Source;
  readonly notes: readonly string[];
  /** The facts beside the schema: the live catalogue's, and where it says nothing those that the spec states itself. */
  readonly listing: Listing;
  /** A request body that shows the model at work; null where the spec has none that fits its own schema. */
  readonly example: { readonly [name: string]: Json } | null;
  readonly input: ObjectSchema;
  /** An object unless the documentation says otherwise. */
  readonly output: Schema;
}

/** The page that the facts come from. */
export interface Source {
  readonly url?: string;
  /** BCP 47 tag of the page's language. */
  readonly language?: string;
  /** The day it was read, `YYYY-MM-DD`. */
  readonly read?: string;
}

/** The facts of a model beyond its schema. */
export interface Listing {
  /** The address of the model's page. */
  readonly page?: string;
  readonly categories: readonly string[];
  readonly kind?: "model" | "workflow" | "inference";
  /** The kind of media that the model makes. */
  readonly makes?: "image" | "video" | "audio";
  readonly price?: Price;
  /** The day on which the model was first missing from the catalogue, `YYYY-MM-DD`. */
  readonly missingSince?: string;
}
