import type { DocumentedModel } from "../../src/dialect/spec/documented-model.js";
import type { Json } from "../../src/input/model.js";

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

/** One model, normalised. */
export type ApiModel = DocumentedModel;
