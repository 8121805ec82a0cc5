import { pointerTo } from "../../../src/errors/issue.js";
import { isFields } from "../../../src/dialect/notation/fields.js";
import type { Value } from "../../../src/dialect/notation/fields.js";

const oddSpaces = ["\u00a0", "\u2002", "\u2003", "\u2005", "\u2009", "\u200a", "\u202f", "\u205f", "\u3000"];
const oddSpace = new RegExp(`[${oddSpaces.join("")}]`);

/** The number of places at which code must have an odd space, so that those inside strings were plain ones, too. */
const leastPlaces = 3;

/**
 * Replaces odd spaces by plain ones where a page sets its code with them: at the start of lines, or between the tokens of JSON. The
 * spaces inside strings were then plain ones, too.
 */
export function plainSpaces(text: string): string {
  if (!oddSpace.test(text)) return text;
  return oddSpaces.reduce((all, space) => {
    const places = all.match(new RegExp(`^ *${space}|[:,{\\[]${space}(?=["\\[{\\d])`, "gm")) ?? [];
    return places.length >= leastPlaces ? all.replaceAll(space, " ") : all;
  }, text);
}

/** Finds the values of a schema that calls must match or that the service uses, and that have a space other than the plain one. */
export function findOddSpaces(schema: Value): { readonly pointer: string; readonly value: string }[] {
  const found: { pointer: string; value: string }[] = [];
  function visit(value: Value, pointer: string, isFact: boolean): void {
    if (typeof value === "string") {
      if (isFact && oddSpace.test(value)) found.push({ pointer, value });
    } else if (Array.isArray(value))
      (value as readonly Value[]).forEach((item, at) => visit(item, `${pointer}/${at}`, isFact));
    else if (isFields(value))
      for (const [key, inner] of Object.entries(value))
        visit(inner, pointer + pointerTo(key), isFact || facts.has(key));
  }
  visit(schema, "", false);
  return found;
}

const facts: ReadonlySet<string> = new Set(["enum", "default", "const"]);
