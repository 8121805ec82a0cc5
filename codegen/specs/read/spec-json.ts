import type { Json } from "../../../src/input/model.js";
import { isObject } from "../../../src/dialect/notation/schema-node.js";
import { diagnose, hasErrors } from "../../diagnostics/diagnostic.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import { findPlaces, placeOf, positionOf, readJson } from "../../json/json-text.js";
import type { JsonFailure, Places } from "../../json/json-text.js";
import { checkValues, mostLevels } from "./value-checks.js";

/** A value of a spec file. */
export interface SpecValue {
  readonly value: Json;
  /** True where the text holds no error. */
  readonly isSound: boolean;
}

/** Reads the JSON text of a file; undefined where it holds no value. Problems are reported with their lines. */
export function readSpecJson(
  text: string,
  file: string,
  report: (diagnostic: Diagnostic) => void,
): SpecValue | undefined {
  const reading = readJson(text, { maxDepth: mostLevels });
  if (!reading.ok) return void report(describeFailure(reading, text, file));
  const doubts = checkValues(reading.value as Json, file).diagnostics;
  const isInfinite = doubts.some(({ code }) => code === "number-out-of-range");
  const value = isInfinite ? dropInfinite(reading.value as Json) : (reading.value as Json);
  const problems = [
    ...doubts,
    ...reading.duplicates.map(({ pointer, offset }) =>
      diagnose(
        "duplicate-key",
        file,
        pointer,
        "The name occurs twice in the same object.",
        positionOf(text, offset),
      ),
    ),
  ];
  problems.map(makeLocator(text)).forEach(report);
  return { value, isSound: !hasErrors(problems) };
}

/** Leaves out numbers that JSON cannot hold. */
function dropInfinite(value: Json): Json {
  const isKept = (inner: Json): boolean => typeof inner !== "number" || Number.isFinite(inner);
  if (Array.isArray(value)) return (value as readonly Json[]).filter(isKept).map(dropInfinite);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([, inner]) => isKept(inner));
  return Object.fromEntries(kept.map(([key, inner]) => [key, dropInfinite(inner)]));
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
