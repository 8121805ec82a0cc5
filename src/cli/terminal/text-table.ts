import { plain, wrap } from "./screen.js";

/**
 * Rows as aligned columns that fit the screen; long cells are broken into lines.
 *
 * @param below - A text for each row, put in below it. Default none.
 */
export function layOutTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number,
  below: readonly string[] = [],
): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => plain(cell).replaceAll("\n", " ")));
  const widths = measureColumns(cells, columns);
  return cells
    .flatMap((row, index) => {
      const text = below[index - 1];
      const note = text ? wrap(plain(text), columns - 4).map((line) => `    ${line}`.trimEnd()) : [];
      return [...layOutRow(row, widths), ...note];
    })
    .join("\n");
}

/** The width of each column: the last takes the rest of the screen, the others share it evenly at most. */
function measureColumns(cells: readonly (readonly string[])[], columns: number): number[] {
  const last = cells[0]!.length - 1;
  const most = Math.max(24, Math.floor((columns - 20) / last));
  const widths = Array.from({ length: last }, (_, at) =>
    Math.min(most, Math.max(...cells.map((row) => row[at]!.length))),
  );
  const used = widths.reduce((sum, width) => sum + width + 2, 0);
  return [...widths, Math.max(20, columns - used)];
}

function layOutRow(row: readonly string[], widths: readonly number[]): string[] {
  const broken = row.map((cell, at) => wrap(cell, widths[at]!).flatMap((line) => chop(line, widths[at]!)));
  const height = Math.max(...broken.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    broken
      .map((lines, at) => (lines[line] ?? "").padEnd(widths[at]!))
      .join("  ")
      .trimEnd(),
  );
}

function chop(line: string, width: number): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < line.length || at === 0; at += width) pieces.push(line.slice(at, at + width));
  return pieces;
}
