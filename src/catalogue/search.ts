import { listMeanings } from "./everyday-words.js";
import type { ModelEntry } from "./model-entry.js";

/** Makes the search among models; their texts are put together at the first one. */
export function createSearch<Id extends PropertyKey>(
  entries: readonly ModelEntry<Id>[],
): (text: string) => ModelEntry<Id>[] {
  let searched: readonly string[] | undefined;
  return (text) => {
    const words = wordsOf(text).map((word) => ({ word, meanings: listMeanings(word) }));
    searched ??= entries.map((entry) => textOf(entry as unknown as ModelEntry));
    if (words.length === 0) return [...entries];
    // Sorted by rank, without comparing: among equals the order of the entries stays.
    const byRank = new Map<number, ModelEntry<Id>[]>();
    for (let at = 0; at < searched.length; at++) {
      const rank = rankOf(searched[at]!, words);
      if (rank === 0) continue;
      const equals = byRank.get(rank);
      if (equals) equals.push(entries[at]!);
      else byRank.set(rank, [entries[at]!]);
    }
    return [...byRank].sort(([a], [b]) => b - a).flatMap(([, equals]) => equals);
  };
}

/** The texts of a model that are searched, in lower case, a line each, the most telling last. */
function textOf({ id, title, description, categories }: ModelEntry): string {
  const line = description.includes("\n") ? description.replaceAll("\n", " ") : description;
  return `${line}\n${categories.join(" ")}\n${title}\n${id}`.toLowerCase();
}

/** A word of a search. A model that fits one of its meanings is found although the word does not stand in the model's texts. */
interface SearchWord {
  readonly word: string;
  readonly meanings: readonly RegExp[];
}

/** The rank of a meaning: that of the start of a word in a description. */
const meaningRank = 5;

/** Every word counts for the best place in which it stands; a word that stands nowhere rules the model out, with 0. */
function rankOf(text: string, words: readonly SearchWord[]): number {
  for (const { word, meanings } of words)
    if (!text.includes(word) && !meanings.some((fits) => fits.test(text))) return 0;
  const places = text.split("\n");
  let sum = 1;
  for (const { word, meanings } of words) {
    let best = meanings.some((fits) => fits.test(text)) ? meaningRank : 0;
    for (let at = places.length - 1; at >= 0; at--) {
      const place = places[at]!;
      const weight = at + 1;
      // A title that begins with the word counts more. In a description, which is prose, the beginning counts no more than any
      // other place.
      if (at > 0 && place.startsWith(word) && isEdge(place, word.length)) best = Math.max(best, weight + 12);
      // Descriptions are long and come last: they are read only where no other place says as much as one could.
      else if (best < weight + 8) best = Math.max(best, rankIn(place, word, weight));
    }
    sum += best;
  }
  return sum;
}

/** A whole word counts more than the start of one, and that more than letters inside one; among equals the place decides. */
function rankIn(place: string, word: string, weight: number): number {
  let at = place.indexOf(word);
  if (at < 0) return 0;
  let best = 0;
  for (; at >= 0 && best < 8; at = place.indexOf(word, at + 1)) {
    if (isEdge(place, at - 1)) best = isEdge(place, at + word.length) ? 8 : 4;
  }
  return weight + best;
}

/** True beyond the ends of a text, and where a character parts words. */
function isEdge(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  // Space and the control characters before it, "-", ".", "/" and "_". Beyond the ends the code is NaN.
  return !(code > 32) || (code >= 45 && code <= 47) || code === 95;
}

/** The words of a text in lower case, without what parts them: `wan-2-7` finds `wan-2.7`. */
function wordsOf(text: string): string[] {
  return String(text)
    .toLowerCase()
    .split(/[\s/._-]+/)
    .filter(Boolean);
}
