import { toLine } from "./description-text.js";

/** A tag object of the document. */
export interface Tag {
  readonly name: string;
  readonly description: string;
}

/**
 * The tag of each id: its vendor, which is the first segment. Vendors that differ only in case share a tag, since generators
 * make files of tags; one that is called like a tag of the shared calls stands apart from it.
 */
export function tagModels(ids: readonly string[], taken: readonly string[]): ReadonlyMap<string, Tag> {
  const shared = new Set(taken.map((name) => name.toLowerCase()));
  const tags = new Map<string, Tag>();
  return new Map(
    ids.map((id) => {
      const vendor = toLine(id.split("/")[0] ?? id);
      const folded = vendor.toLowerCase();
      const tag = tags.get(folded) ?? {
        name: shared.has(folded) ? `${vendor} models` : vendor,
        description: `Models whose id starts with "${vendor}".`,
      };
      tags.set(folded, tag);
      return [id, tag];
    }),
  );
}
