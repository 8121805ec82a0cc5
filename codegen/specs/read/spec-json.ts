import type { Json } from "../../../src/input/model.js";
import { diagnose } from "../../diagnostics/diagnostic.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { findPlaces, placeOf, positionOf, readJson } from "../../json/json-text.js";
import type { JsonFailure, Places } from "../../json/json-text.js";
import { checkValues, dropUnusable, mostLevels } from "./value-checks.js";

/**
 * Reads the JSON text of a file; undefined where it holds no value. Problems are reported with their lines. What no place of a spec may
 * hold is left out of the value, and of two equal names the last one counts.
 */
export function readSpecJson(
  text: string,
  file: string,
  report: (diagnostic: Diagnostic) => void,
): Json | undefined {
  const reading = readJson(text, { maxDepth: mostLevels });
  if (!reading.ok) return void report(describeFailure(reading, text, file));
  const value = reading.value as Json;
  const doubts = checkValues(value, file).diagnostics;
  const twice = reading.duplicates.map(({ pointer, offset }) =>
    diagnose(
      "duplicate-key",
      file,
      pointer,
      "The name occurs twice in the same object.",
      positionOf(text, offset),
    ),
  );
  [...doubts, ...twice].map(makeLocator(text)).forEach(report);
  const isUsable = doubts.every(({ code }) => code === "unsafe-integer");
  return isUsable ? value : dropUnusable(value);
}

function describeFailure(failure: JsonFailure, text: string, file: string): Diagnostic {
  const { reason, offset, pointer, tooDeep } = failure;
  const place = positionOf(text, offset);
  if (tooDeep)
    return diagnose("too-large", file, pointer, `The file nests more than ${mostLevels} levels.`, place);
  const end = reason.endsWith("?") ? "" : ".";
  return diagnose("not-json", file, "", `The text ${reason}${end}`, place);
}

/** Makes a function that adds line and column to diagnostics of one text. The text is read again only where one needs them. */
export function makeLocator(text: string): (diagnostic: Diagnostic) => Diagnostic {
  let places: Places | undefined;
  return (diagnostic) => {
    if (diagnostic.line !== undefined || diagnostic.pointer === "") return diagnostic;
    places ??= findPlaces(text);
    return { ...diagnostic, ...positionOf(text, placeOf(places, diagnostic.pointer)) };
  };
}
