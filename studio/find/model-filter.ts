import type { TakenKind } from "../../src/catalogue/taken-kinds.js";
import type { ModelSummary } from "../../src/studio/api-types.js";
import { createStore } from "../state/store.js";

/** The filter of the list of models; kept while other views are open. */
export interface ModelFilter {
  readonly text: string;
  readonly takes: ReadonlySet<TakenKind>;
  readonly makes: TakenKind | undefined;
}

export const noFilter: ModelFilter = { text: "", takes: new Set(), makes: undefined };
export const filter = createStore<ModelFilter>(noFilter);

/** Models that take and make what the filter says and hold every word of its text, the best match first. */
export function filterModels(
  models: readonly ModelSummary[],
  { text, takes, makes }: ModelFilter,
): readonly ModelSummary[] {
  // "1.5" is one word, though its point counts as a space.
  const words = text.split(/\s+/).map(fold).filter(Boolean);
  const kept = models.filter(
    (model) =>
      (makes === undefined || model.makes === makes) &&
      [...takes].every((kind) => model.takes.includes(kind)),
  );
  if (words.length === 0) return kept;
  return kept
    .map((model) => ({ model, rank: rankOf(model, words) }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank)
    .map(({ model }) => model);
}

/** Every word counts for the best place in which it stands; a word that stands nowhere rules the model out. */
function rankOf(model: ModelSummary, words: readonly string[]): number {
  const places = [
    `${model.description} ${model.words}`,
    model.categories.join(" "),
    model.id,
    model.title,
  ].map(fold);
  let sum = 1;
  for (const word of words) {
    const ranks = places.map((place, at) => {
      if (!place.includes(word)) return 0;
      return at + 1 + (` ${place}`.includes(` ${word}`) ? 4 : 0);
    });
    const best = Math.max(...ranks);
    if (best === 0) return 0;
    sum += best;
  }
  return sum;
}

function fold(text: string): string {
  return text
    .toLowerCase()
    .replace(/[\s/._-]+/g, " ")
    .trim();
}
