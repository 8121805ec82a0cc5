import type { FieldRole, FieldUnit, Schema } from "../../input/model.js";
import { readField } from "./field-facts.js";
import type { FieldFacts } from "./field-facts.js";

const units: ReadonlySet<unknown> = new Set<FieldUnit>([
  "seconds",
  "milliseconds",
  "minutes",
  "hours",
  "frames",
  "beats",
  "bars",
  "frames per second",
  "pixels",
  "percent",
]);

/** The last words of names that are units. */
const namedUnits = new Map<string, FieldUnit>([
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

/** The words for units of time in titles and descriptions. */
const writtenUnits: readonly (readonly [unit: FieldUnit, words: string])[] = [
  ["seconds", "seconds?|secs?"],
  ["milliseconds", "milliseconds?|millis|msecs?|ms"],
  ["minutes", "minutes?|mins?"],
  ["hours", "hours?|hrs?"],
  ["frames", "frames"],
  ["beats", "beats"],
  ["bars", "bars"],
];

/** Words for minutes, hours and frames in the other languages of the documentation, and abbreviations without a meaning of their own. */
const foreignUnits =
  /minut|stunde|heure|\bhora|\bore\b|минут|час|кадр|分[钟鐘間]|分\s*[)）]|[(（]分|小[时時]|時間|フレーム|帧|幀|분|시간|프레임|\bbilder\b|fotogram/iu;

/**
 * Tells the unit of a field: the one that its schema states, else by its role, and by the last word of its name where that is a unit. A
 * length without such a name counts seconds, unless its title or description speaks of other units.
 */
export function findUnit(
  schema: Schema,
  facts: FieldFacts,
  role: FieldRole | undefined,
): FieldUnit | undefined {
  const stated = schema["x-unit"];
  const unit = stated === undefined ? findOwnUnit(schema, facts, role) : stated;
  return isUnit(unit) ? unit : undefined;
}

/** Writes into a length the unit that only its title or description tells; `"none"` where it leaves the unit open. */
export function assignUnit(name: string, schema: Schema, role: FieldRole | undefined): Schema {
  if (schema["x-unit"] !== undefined) return schema;
  const facts = readField(name, schema);
  const unit =
    isLength(facts, role) && findNamedUnit(facts) === undefined ? findWrittenUnit(schema) : "seconds";
  return unit === "seconds" ? schema : { ...schema, "x-unit": unit };
}

function findOwnUnit(schema: Schema, facts: FieldFacts, role: FieldRole | undefined): FieldUnit | "none" {
  if (role === "fps") return "frames per second";
  if (role === "width" || role === "height") return "pixels";
  return findNamedUnit(facts) ?? (isLength(facts, role) ? findWrittenUnit(schema) : "none");
}

function findNamedUnit({ words, isNumber }: FieldFacts): FieldUnit | undefined {
  // A number per second is a rate, not a time.
  const isRate = words.at(-2) === "per";
  const named = isNumber && !isRate ? namedUnits.get(words.at(-1) ?? "") : undefined;
  // "min" begins a name that speaks of a smallest value, and ends one that counts minutes.
  return named === "minutes" && words.length === 1 ? undefined : named;
}

function isLength({ words }: FieldFacts, role: FieldRole | undefined): boolean {
  return role === "duration" || words.at(-1) === "duration" || words.join() === "length";
}

/** The unit that a text states as in "length in minutes"; `"none"` where it only mentions units other than seconds. */
function findWrittenUnit({ title = "", description = "" }: Schema): FieldUnit | "none" {
  const text = `${title}. ${description}`;
  const findUnits = (before: string) =>
    writtenUnits
      .map(([unit, words]) => ({ unit, at: text.search(new RegExp(`${before}(?:${words})\\b`, "i")) }))
      .filter(({ at }) => at >= 0)
      .sort((one, other) => one.at - other.at)
      .map(({ unit }) => unit);
  const [stated] = findUnits("(?:\\b(?:in|of|many) (?:whole |full )?|[([])");
  const mentionsOthers =
    foreignUnits.test(text) || findUnits("(?:\\b|\\d)").some((unit) => unit !== "seconds");
  return stated ?? (mentionsOthers ? "none" : "seconds");
}

/** A spec may state any unit. */
function isUnit(value: unknown): value is FieldUnit {
  return units.has(value);
}
