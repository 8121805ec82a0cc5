/**
 * The candidates that a mistyped word was most likely meant to be, best first. Case, spaces and the difference between
 * dashes, dots and underscores weigh nothing.
 */
export function nearest(word: string, candidates: Iterable<string>, most = 3): string[] {
  const wanted = fold(word);
  const limit = Math.max(2, wanted.length / 3);
  return Array.from(candidates, (candidate) => [distance(wanted, fold(candidate)), candidate] as const)
    .filter(([edits]) => edits <= limit)
    .sort(([a], [b]) => a - b)
    .slice(0, most)
    .map(([, candidate]) => candidate);
}

function fold(text: string): string {
  return text
    .slice(0, 200)
    .toLowerCase()
    .replace(/[-._\s]+/g, "-");
}

/** Edits between two words: insertions, deletions, replacements. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}
