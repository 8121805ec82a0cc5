import type { Schema } from "./model.js";

/** Last words of names whose numbers count neither results nor seconds. */
const settings =
  /(?:seed|ratio|scale|steps?|strength|width|height|fps|temperature|top_[kp]|bpm|shift|speed|volume|pitch|weight|level|cfg|guidance|resolution|quality)$/i;
/** Parts of names whose switches and texts may change the length or the number of the results. */
const amounts = /duration|length|unit$|count|number|multi|sequen|batch|grid|variation|samples|repeat/i;
/** A text that may say how much of something, such as `"0:30"`, `"1m"` or `"2x2"`; pairs of pixels and `"720p"` do not. */
const amount = /^\s*(?!\d{3,}\D+\d{3}|\d+[pk]\s*$)[\d.]+\s*(?:[x:]\s*[\d.]+|[a-z]{0,8})\s*$/i;
/** The deepest level that is read: an input may contain itself. */
const mostLevels = 6;

/** How the price of a model counts. */
interface Counting {
  /** True where seconds are paid for. */
  readonly isTimed: boolean;
  /** True where another field tells the length or the number of the results: then images in a list are material for each. */
  readonly isTold: boolean;
}

/**
 * Tells whether a field may make a job cost several times its rate: at any level it holds a list of several, a number above 1 that is no
 * known setting, or a length in another form.
 */
export function mayMultiply(
  name: string,
  given: unknown,
  schema: Schema | undefined,
  counting: Counting,
  level = 0,
): boolean {
  const value = given === undefined ? schema?.default : given;
  const { properties: known = {}, items } = schema ?? {};
  if (Array.isArray(value)) {
    const isMaterial = counting.isTold && items?.["x-media"]?.kind === "image";
    if (value.length > 1) return !isMaterial;
    return mayMultiply(name, value[0], items, counting, level + 1);
  }
  if (value === null || (typeof value !== "object" && value !== undefined))
    return isSeveral(name, value, schema ?? {}, counting);
  const names = [...Object.keys(known), ...Object.keys(value ?? {})];
  return (
    level > mostLevels ||
    names.some((inner) => mayMultiply(inner, readField(value, inner), known[inner], counting, level + 1))
  );
}

function isSeveral(name: string, value: unknown, schema: Schema, { isTimed }: Counting): boolean {
  if (typeof value === "number") return value > 1 && !settings.test(name);
  if (typeof value !== "string") return value === true && amounts.test(name);
  const kind = schema["x-media"]?.kind ?? (/video|audio/i.exec(name) ? "video" : "image");
  if (schema.enum?.length === 1) return false;
  if (amount.test(value)) return !(Number(value) <= 1) && !settings.test(name);
  return amounts.test(name) || (isTimed && kind !== "image");
}

/** Reads a field of a value, without running a getter. */
export function readField(value: unknown, name: string): unknown {
  return Object.getOwnPropertyDescriptor(Object(value), name)?.value;
}
