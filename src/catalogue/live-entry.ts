import { describeEntry, modelOfEntry } from "../dialect/entry/entry-model.js";
import type { EntryFacts, LiveModel } from "../dialect/entry/entry-model.js";
import type { CatalogueEntry } from "./live-types.js";

/** The facts of a live entry beside its fields. */
export interface LiveFacts extends EntryFacts {
  readonly id: string;
}

/** Reads the facts of a live entry beside its schema, which costs far less than the whole. Never throws. */
export function describeLive(entry: CatalogueEntry): LiveFacts {
  return { id: entry.model_id, ...describeEntry(entry.model_id, entry) };
}

/** Makes a model of a live entry that is at hand. An odd fact becomes a warning; never throws. */
export function toLiveModel(id: string, entry: { readonly [name: string]: unknown }): LiveModel {
  return modelOfEntry(id, entry);
}
