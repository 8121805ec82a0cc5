/**
 * The candidates that a mistyped word was most likely meant to be, best first. Case, spaces and the difference between
 * dashes, dots and underscores weigh nothing.
 */
export function nearest(word: string, candidates: Iterable<string>, most = 3): string[] {
  const wanted = fold(word);
  const limit = Math.max(2, wanted.length / 3);
  return Array.from(candidates, (candidate) => [countEdits(wanted, fold(candidate)), candidate] as const)
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

/** Counts the edits between two words: insertions, deletions, replacements. */
export function countEdits(a: string, b: string): number {
  const row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 0; i < a.length; i++) {
    let left = (row[0] = i + 1);
    let corner = i;
    for (let j = 0; j < b.length; j++) {
      const above = row[j + 1]!;
      left = Math.min(above + 1, left + 1, corner + (a[i] === b[j] ? 0 : 1));
      row[j + 1] = left;
      corner = above;
    }
  }
  return row[b.length]!;
}
