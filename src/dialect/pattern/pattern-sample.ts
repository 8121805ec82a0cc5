import type { CharacterSet } from "./character-set.js";
import { isPattern } from "./linear-pattern.js";
import { parsePattern } from "./pattern-parser.js";
import type { PatternNode } from "./pattern-parser.js";

/** Characters that read best in an example. */
const preferred = ["a", "1", "A", "-", " "];
/** The most characters of a text that is made for a pattern. */
const mostCharacters = 1000;

/** Makes a short text for a regular expression that has been checked; undefined where it has a part that is not understood. */
export function samplePattern(pattern: string): string | undefined {
  const node = isPattern(pattern) ? parsePattern(pattern) : undefined;
  const text = node && write(node, mostCharacters);
  return text === undefined || text.length > mostCharacters ? undefined : text;
}

/** Stops being exact once the text has more characters than there is room for. */
function write(node: PatternNode, room: number): string {
  switch (node.kind) {
    case "character":
      return choose(node.set);
    case "sequence": {
      let text = "";
      for (const part of node.parts) if (text.length <= room) text += write(part, room - text.length);
      return text;
    }
    case "choice":
      return write(node.parts[0]!, room);
    case "repeat": {
      const text = node.least === 0 ? "" : write(node.inner, room);
      return text.repeat(text === "" ? 0 : Math.min(node.least, Math.ceil((room + 1) / text.length)));
    }
    default:
      return "";
  }
}

function choose(set: CharacterSet): string {
  const isIn = (sign: string): boolean =>
    set.some(([first, last]) => first <= sign.codePointAt(0)! && sign.codePointAt(0)! <= last);
  const found = preferred.find(isIn);
  return found ?? (set.length === 0 ? "" : String.fromCodePoint(set[0]![0]));
}
