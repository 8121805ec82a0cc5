import type { FieldRole } from "../../input/model.js";
import type { FieldFacts } from "./field-facts.js";

/** The unit of a number that a field takes. */
export type FieldUnit =
  | "seconds"
  | "milliseconds"
  | "minutes"
  | "frames"
  | "frames per second"
  | "pixels"
  | "percent";

const units = new Map<string, FieldUnit>([
  ["ms", "milliseconds"],
  ["millis", "milliseconds"],
  ["millisecond", "milliseconds"],
  ["milliseconds", "milliseconds"],
  ["min", "minutes"],
  ["minutes", "minutes"],
  ["sec", "seconds"],
  ["secs", "seconds"],
  ["second", "seconds"],
  ["seconds", "seconds"],
  ["frames", "frames"],
  ["px", "pixels"],
  ["pixels", "pixels"],
  ["percent", "percent"],
  ["percentage", "percent"],
]);

/** Tells the unit of a field by its role, and by the last word of its name where that is a unit. */
export function findUnit(
  { words, isNumber }: FieldFacts,
  role: FieldRole | undefined,
): FieldUnit | undefined {
  if (role === "fps") return "frames per second";
  if (role === "width" || role === "height") return "pixels";
  const named = units.get(words.at(-1) ?? "");
  const isLength = role === "duration" || words.at(-1) === "duration";
  // "min" begins a name that speaks of a smallest value, and ends one that counts minutes.
  if (named !== undefined && isNumber && words.length > 1) return named;
  if (named !== undefined && isNumber && named !== "minutes") return named;
  return isLength ? "seconds" : undefined;
}
