import { plain, wrap } from "./terminal.js";

/**
 * Rows as aligned columns that fit the screen: cells are broken into lines where they must be.
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
  const last = head.length - 1;
  const room = Math.max(24, Math.floor((columns - 20) / last));
  const widths = head.map((_, at) =>
    Math.min(at === last ? Infinity : room, Math.max(...cells.map((row) => row[at]!.length))),
  );
  const before = widths.slice(0, last).reduce((sum, width) => sum + width + 2, 0);
  const rest = Math.max(20, columns - before);
  return cells
    .flatMap((row, index) => {
      const broken = row.map((cell, at) =>
        wrap(cell, at === last ? rest : widths[at]!).flatMap((line) =>
          chop(line, at === last ? rest : widths[at]!),
        ),
      );
      const height = Math.max(...broken.map((lines) => lines.length));
      const lines = Array.from({ length: height }, (_, line) =>
        broken
          .map((parts, at) => (at === last ? (parts[line] ?? "") : (parts[line] ?? "").padEnd(widths[at]!)))
          .join("  ")
          .trimEnd(),
      );
      const text = below[index - 1];
      return text
        ? [...lines, ...wrap(plain(text), columns - 4).map((line) => `    ${line}`.trimEnd())]
        : lines;
    })
    .join("\n");
}

function chop(line: string, width: number): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < line.length || at === 0; at += width) pieces.push(line.slice(at, at + width));
  return pieces;
}
