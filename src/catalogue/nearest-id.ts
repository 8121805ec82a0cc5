import { nearest } from "../input/nearest.js";
import { findKnown } from "./known-models.js";
import { knownPages } from "./known-pages.js";
import type { ModelEntry } from "./model-entry.js";

/** A search of models by words, the best first. */
type Search<Id> = (text: string) => readonly ModelEntry<Id>[];

/** Ids that a mistyped one may mean, at most three, the best first: those that are written alike, else those that a search for it finds. */
export function nearestId<Id extends string>(id: string, ids: readonly Id[], search: Search<Id>): Id[] {
  const near = nearest(id, ids) as Id[];
  const found = near.length > 0 ? near : search(id).map((entry) => entry.id);
  return found.slice(0, 3);
}

/** The same with the known ids that have no module; the new id of a model that was renamed comes first. */
export function nearestKnownId(id: string, withModules: readonly string[], search: Search<string>): string[] {
  const { renamedTo } = findKnown(id) ?? {};
  const ids = [...withModules, ...Object.keys(knownPages)].filter((one) => one !== id && one !== renamedTo);
  if (renamedTo !== undefined) return [renamedTo, ...nearest(id, ids)].slice(0, 3);
  return nearestId(id, ids, search);
}
