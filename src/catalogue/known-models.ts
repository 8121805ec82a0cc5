import { findMade } from "../dialect/facts/made-media.js";
import { knownPages, renamedIds } from "./known-pages.js";
import type { ModelEntry } from "./model-entry.js";

/** A model of the service without a module: its schema is not published, so it is called by its id, untyped and unchecked. */
export interface KnownModel extends ModelEntry {
  readonly hasModule: false;
  /** The id that the model has now, where this one is an older one. */
  readonly renamedTo?: string;
}

/** An id of the service for which this package has no module; undefined for any other text. */
export function findKnown(id: string): KnownModel | undefined {
  const renamedTo = Object.hasOwn(renamedIds, id) ? renamedIds[id] : undefined;
  if (renamedTo === undefined && !Object.hasOwn(knownPages, id)) return undefined;
  const path = knownPages[renamedTo ?? id];
  const makes = findMade([id]);
  return {
    id,
    title: id,
    description: "",
    categories: /(?:text|image|video|audio)-to-(?:image|video|audio)/.exec(id)?.slice(0, 1) ?? [],
    ...(makes && { makes }),
    ...(path && { page: `https://www.runcomfy.com/${path}` }),
    hasModule: false,
    ...(renamedTo !== undefined && { renamedTo }),
  };
}

/** Every known id without a module, older ids of models among them, in code point order. */
export function listKnown(): readonly KnownModel[] {
  return listIds().map((id) => findKnown(id)!);
}

/** The known ids in which every word of a text occurs. A text without words finds none. */
export function searchKnown(text: string): readonly KnownModel[] {
  const words = String(text)
    .toLowerCase()
    .split(/[\s/._-]+/)
    .filter(Boolean);
  if (words.length === 0) return [];
  const found = listIds().filter((id) => words.every((word) => id.toLowerCase().includes(word)));
  return found.map((id) => findKnown(id)!);
}

function listIds(): string[] {
  return [...Object.keys(knownPages), ...Object.keys(renamedIds)].sort();
}

/** A sentence about an id without a module: its new name, or its page; undefined for an id that is not known. */
export function explainKnown(id: string): string | undefined {
  const known = findKnown(id);
  if (!known) return undefined;
  if (known.renamedTo !== undefined) return `The model "${id}" is called "${known.renamedTo}" now.`;
  const page = known.page === undefined ? "" : ` Its page: ${known.page}.`;
  return `The model "${id}" is known, but its schema is not published, so it has no module.${page}`;
}
