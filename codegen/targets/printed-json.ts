import { randomUUID } from "node:crypto";

/** Prints JSON in which parts of an earlier print are used again. */
export interface JsonPrinter {
  /** Returns what stands for printed text in a value. The text must come from the same depth, since its lines keep their indentation. */
  keep(text: string): string;
  /** The value as JSON text, with the kept parts in their places. */
  print(value: object): string;
}

/** Makes a printer for one file. */
export function createJsonPrinter(): JsonPrinter {
  const kept: string[] = [];
  // Nobody who writes a spec can guess it, so no text of a spec can be taken for a kept part.
  const mark = randomUUID();
  return {
    keep: (text) => `${mark} ${kept.push(text) - 1}`,
    print(value) {
      const [start, ...parts] = `${JSON.stringify(value, null, 2)}\n`.split(`"${mark} `);
      const texts = parts.map((part) => {
        const end = part.indexOf('"');
        return kept[Number(part.slice(0, end))]! + part.slice(end + 1);
      });
      return [start, ...texts].join("");
    },
  };
}

/**
 * Cuts objects out of printed JSON: those that follow `start` and are `depth` levels deep. A line begins with the given text, which a
 * string inside the JSON cannot imitate, since strings have no line ends. Objects must be asked for in the order in which they stand.
 */
export function createCutter(
  json: string,
  start: string,
  depth: number,
): (opening: string) => string | undefined {
  const margin = `\n${"  ".repeat(depth)}`;
  let at = json.indexOf(start);
  return (opening) => {
    const from = at < 0 ? -1 : json.indexOf(margin + opening, at);
    const to = from < 0 ? -1 : json.indexOf(`${margin}}`, from);
    if (to < 0) return undefined;
    at = to;
    return json.slice(json.indexOf("{", from), to + margin.length + 1);
  };
}
