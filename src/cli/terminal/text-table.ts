import { plain, wrap } from "./screen.js";

/**
 * Rows as aligned columns that fit the screen; long cells are broken into lines. On a screen that is too narrow for columns, the
 * cells of a row follow each other, and its further lines are indented.
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
      const lines = widths ? layOutRow(row, widths) : indentRest(row.filter(Boolean).join("  "), columns);
      return [...lines, ...(text ? indent(plain(text), columns) : [])];
    })
    .join("\n");
}

/**
 * The width of each column: the last takes the rest of the screen. Where not all fit, the others share it evenly at most. Undefined where a name or an id
 * would have to be broken, which can then not be copied, or where nothing is left for the last column.
 */
function measureColumns(cells: readonly (readonly string[])[], columns: number): number[] | undefined {
  const last = cells[0]!.length - 1;
  const others = cells.map((row) => row.slice(0, last));
  const wanted = cells[0]!.map((_, at) => Math.max(...cells.map((row) => row[at]!.length)));
  const isWhole = wanted.reduce((sum, width) => sum + width + 2, -2) <= columns;
  const most = isWhole ? columns : Math.max(24, Math.floor((columns - 20) / last));
  const widths = wanted.slice(0, last).map((width) => Math.min(most, width));
  const rest = columns - widths.reduce((sum, width) => sum + width + 2, 0);
  const isBroken = others.some((row) =>
    row.some((cell, at) => cell.split(" ").some((word) => word.length > widths[at]!)),
  );
  return rest < Math.min(16, wanted[last]!) || isBroken ? undefined : [...widths, rest];
}

function layOutRow(row: readonly string[], widths: readonly number[]): string[] {
  const broken = row.map((cell, at) => wrapAll(cell, widths[at]!));
  const height = Math.max(...broken.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    broken
      .map((lines, at) => (lines[line] ?? "").padEnd(widths[at]!))
      .join("  ")
      .trimEnd(),
  );
}

/** The lines of a text; all but the first are indented. */
function indentRest(text: string, columns: number): string[] {
  const [first, ...rest] = wrapAll(text, columns);
  return [
    first!.trimEnd(),
    ...(rest.length > 0 ? indent(text.slice(first!.length).trimStart(), columns) : []),
  ];
}

function indent(text: string, columns: number): string[] {
  return wrapAll(text, Math.max(1, columns - 4)).map((line) => `    ${line}`.trimEnd());
}

/** Lines that are never longer than the width: a word that is longer is cut. */
function wrapAll(text: string, width: number): string[] {
  return wrap(text, width).flatMap((line) => {
    const pieces: string[] = [];
    for (let at = 0; at < line.length || at === 0; at += width) pieces.push(line.slice(at, at + width));
    return pieces;
  });
}
